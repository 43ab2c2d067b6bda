import { ClientError, toClientError } from '@ltx/client-core'
import { parseTemporaryName, type Logger } from '@ltx/env'
import type { Connection } from './connect.ts'
import { diagnose, WebdavResponseError } from './errors.ts'
import { asCollection, entriesIn, entryAt } from './find-entries.ts'
import { CLAIM_SUFFIX } from './leftovers.ts'
import type { Entry } from './multistatus.ts'
import type { Publication } from './publish.ts'

/** A claim lasts for one MOVE, and a temporary is moved as soon as it is whole. What is so old is of a process that is gone. */
const STALE_MS = 60_000

/** Longest wait for somebody else's claim. */
const WAIT_MS = 10_000

/** Apache says 403, too, to who was a moment later than another; so often in a row it is meant. */
const REFUSALS_MAX = 5

/** Between two looks at it. */
const PAUSE_MS = 50

/** Between two looks at the whole level. */
const LOOK_AROUND_PAUSE_MS = 1000

/** Names remembered of either kind. Of what is forgotten, the clock of the server decides. */
const REMEMBERED_MAX = 1000

/**
 * Who may give a name to a file: who has made the collection `NAME.claim`, which succeeds for one alone.
 *
 * When the reply to that is lost, nobody knows whose the claim is that is there. Then the temporaries tell it: whoever holds a claim has
 * had one for that name since before the claim was asked for, and until it is moved. Where there is none but our own, no holder is left
 * who could move anything, and the claim is made anew. Then we look once more, since two may have come to this at once: each has shown
 * its temporary before it looks, so at least one of them sees the other, and steps back.
 */
export class Claims {
  readonly #connection: Connection
  readonly #logger: Logger
  /** May be ours: asked for or given back, and no answer came. */
  readonly #doubtful: Set<string> = new Set()
  /** Temporaries of ours that nobody moves any more, and that may still be there. */
  readonly #abandoned: Set<string> = new Set()

  constructor(connection: Connection) {
    this.#connection = connection
    this.#logger = connection.settings.env.logger
  }

  /** `false`: the name was taken meanwhile. */
  async take(publication: Publication): Promise<boolean> {
    const { what, signal } = publication
    const { clock } = this.#connection.settings.env
    const claim = claimOf(publication)
    const startedMs = clock.elapsedMs()
    await this.#discardEarlier(publication)
    for (let refusals = 1; ; refusals++) {
      const status = await this.#ask(publication)
      if (status < 300) return true
      if (await isTaken(this.#connection, publication)) {
        if (this.#doubtful.has(claim)) await this.release(publication) // of no use to anybody any more
        return false
      }
      const there = await entryAt(this.#connection, what, claim, { signal })
      if (there !== null) {
        if (await this.#isFree(publication, there)) {
          if (await this.#takeOver(publication)) return true
        }
        await clock.sleep(this.#doubtful.has(claim) ? LOOK_AROUND_PAUSE_MS : PAUSE_MS, { signal })
      } else if (status === 403 && refusals >= REFUSALS_MAX) {
        throw toClientError(new WebdavResponseError(status, 'MKCOL', ''), what, diagnose)
      }
      if (clock.elapsedMs() - startedMs > WAIT_MS) {
        throw new ClientError('CLIENT_BUSY', `cannot ${what}: another process is about to write it: ${claim}`)
      }
    }
  }

  /** Gives it back. Never throws. */
  async release(publication: Publication): Promise<void> {
    const claim = claimOf(publication)
    if (await this.#remove(publication.what, claim)) this.#doubtful.delete(claim)
    else remember(this.#doubtful, claim)
  }

  /** Takes a temporary away that is not going to be moved. Never throws. */
  async discard({ what, temporary }: Publication): Promise<void> {
    remember(this.#abandoned, temporary)
    if (await this.#remove(what, temporary)) this.#abandoned.delete(temporary)
  }

  /** Temporaries of earlier tries that could not be taken away: to others they look as if somebody was at work. */
  async #discardEarlier({ what, name, temporary }: Publication): Promise<void> {
    for (const earlier of this.#abandoned) {
      if (earlier === temporary || !earlier.startsWith(`${name}.`)) continue
      if (await this.#remove(what, earlier)) this.#abandoned.delete(earlier)
    }
  }

  async #ask(publication: Publication): Promise<number> {
    const { what, signal } = publication
    const path = claimOf(publication)
    const request = { kind: 'PUT', what, method: 'MKCOL', path, accept: [403, 405], signal } as const
    try {
      const { status } = await this.#connection.exchange(request)
      if (status < 300) this.#doubtful.delete(path)
      return status
    } catch (error) {
      remember(this.#doubtful, path)
      throw error
    }
  }

  /** Whether nobody can be at work under a claim that is there. */
  async #isFree(publication: Publication, claim: Entry): Promise<boolean> {
    const path = claimOf(publication)
    if (this.#isStale(claim)) {
      this.#logger.log('warn', 'takes over the claim of a process that is gone', { path })
      return true
    }
    if (!this.#doubtful.has(path) || (await this.#hasRival(publication))) return false
    this.#logger.log('info', 'takes over a claim of its own, the reply to which was lost', { path })
    return true
  }

  async #takeOver(publication: Publication): Promise<boolean> {
    await this.#remove(publication.what, claimOf(publication))
    if ((await this.#ask(publication)) >= 300) return false
    let rival = true
    try {
      rival = await this.#hasRival(publication)
    } finally {
      if (rival) await this.release(publication)
    }
    return !rival
  }

  /** Whether somebody else is about to give a file this name: has a temporary for it, and has not been gone for long. */
  async #hasRival({ what, temporary, name, signal }: Publication): Promise<boolean> {
    const collection = temporary.slice(0, temporary.lastIndexOf('/'))
    const entries = (await entriesIn(this.#connection, what, collection, { signal })) ?? []
    return entries.some((entry) => {
      const path = `${collection}/${entry.name}`
      const of = parseTemporaryName(entry.name)
      if (of === null || of.processId === null || `${collection}/${of.base}` !== name) return false
      return path !== temporary && !this.#abandoned.has(path) && !this.#isStale(entry)
    })
  }

  /** By the server's clock. */
  #isStale({ modifiedAtMs }: Entry): boolean {
    const { serverMs } = this.#connection
    return serverMs !== null && modifiedAtMs !== null && serverMs - modifiedAtMs > STALE_MS
  }

  async #remove(what: string, path: string): Promise<boolean> {
    return await this.#connection.tidyUp({ kind: 'DELETE', what, method: 'DELETE', path, accept: [404] })
  }
}

/** Whether a file has the name. */
export async function isTaken(connection: Connection, { what, name, signal }: Publication): Promise<boolean> {
  return (await entryAt(connection, what, name, { signal })) !== null
}

function claimOf({ name }: Publication): string {
  return asCollection(`${name}${CLAIM_SUFFIX}`)
}

/** The oldest goes where there are too many. */
function remember(names: Set<string>, name: string): void {
  names.add(name)
  const [oldest] = names
  if (names.size > REMEMBERED_MAX && oldest !== undefined) names.delete(oldest)
}
