import {
  parseTemporaryName,
  systemErrorCode,
  temporaryName,
  type Env,
  type FileHandle,
  type FileStat,
} from '@ltx/env'
import { SIDECARS } from './output-path.ts'

/** A living owner that we cannot see touches what it writes this often. */
const FRESH_MS = 30_000
/** What was not touched for so long belongs to nobody any more. */
const STALE_MS = 5 * 60_000
/** An owner lets go of it right before it gives it its name. If it has not touched it for so long, it is another process with its id. */
const RELEASED_MS = 60_000

const NO_NAMESPACE = '00000000'
const OWNED = /\.(?<processId>\d{1,10})\.(?<tag>[0-9a-f]{8})[0-9a-f]{8}(?:\.tmp)?$/

/**
 * `NAME.PID.RANDOM.tmp`, of which half of the random digits say to which process namespace of which run of the machine the id belongs: in a
 * container the same ids come again, and mean others.
 */
export async function ownedName(env: Env, name: string): Promise<string> {
  const tag = await namespaceTag(env)
  return temporaryName(env, name).replace(/[0-9a-f]{8}(?=[0-9a-f]{8}\.tmp$)/, tag)
}

/**
 * Whether the process that made a temporary, by {@link ownedName}, is gone. The owner holds it open for as long as it lives: where its process
 * namespace is ours the system says who does. Else it is gone if it has not touched it for minutes; see {@link keepFresh}.
 */
export async function isLeftBehind(env: Env, name: string, stat: FileStat): Promise<boolean> {
  const { processId = '', tag = NO_NAMESPACE } = OWNED.exec(name)?.groups ?? {}
  const ageMs = env.clock.wallMs() - Number(stat.mtimeNs / 1_000_000n)
  if (tag === NO_NAMESPACE || tag !== (await namespaceTag(env))) return ageMs > STALE_MS
  switch (await ownerOf(env, processId, stat)) {
    case 'gone':
      return true
    case 'holds it':
      return false
    case 'does not hold it':
      return ageMs > RELEASED_MS
    case 'not told':
      return ageMs > STALE_MS
  }
}

/** For the owner: touches what it holds open from time to time, until it is disposed of. */
export function keepFresh({ clock }: Pick<Env, 'clock'>, handle: Pick<FileHandle, 'setTimes'>): Disposable {
  const over = new AbortController()
  const touch = async (): Promise<void> => {
    for (;;) {
      const startMs = clock.elapsedMs()
      await clock.sleep(FRESH_MS, { signal: over.signal })
      if (clock.elapsedMs() === startMs) return // a simulated world in which no time passes: nothing gets old there
      await handle.setTimes(clock.wallMs())
    }
  }
  touch().catch(() => {}) // it is over, or the file is closed; a disk that is in trouble is found by who writes
  return { [Symbol.dispose]: () => over.abort(new Error('not needed any more')) }
}

/**
 * Removes what restores to databases of these names that were killed have left in a directory, as far as that can be; what living ones
 * write stays.
 */
export async function sweepLeftBehind(
  env: Env,
  directory: string,
  databases: readonly string[],
): Promise<void> {
  const { files, logger } = env
  const bases = new Set(databases.flatMap((name) => [name, scratchName(name)]))
  const names = await files.list(directory).catch(() => []) // it may be written to and not be listed
  for (const name of names) {
    const base = parseTemporaryName(name)
    if (base === null || base.processId === null || !bases.has(base.base)) continue
    const path = `${directory}/${name}`
    try {
      const stat = await files.stat(path)
      if (stat?.kind !== 'file' || !(await isLeftBehind(env, name, stat))) continue
      for (const suffix of ['', ...SIDECARS]) await files.remove(path + suffix)
      logger.log('info', 'what a restore that was killed has left is removed', { path, size: stat.size })
    } catch (error) {
      logger.log('warn', 'cannot remove what a restore that was killed has left', {
        path,
        error: error as Error,
      })
    }
  }
}

/**
 * Base of the file in which the WAL of a replica of Litestream 0.3 is put together. Not `NAME-wal`: a temporary of that base may be the
 * only name of what an application has committed, while a replicator closes its connections.
 */
export function scratchName(name: string): string {
  return `${name}-restored-wal`
}

type Owner = 'gone' | 'holds it' | 'does not hold it' | 'not told'

async function ownerOf({ files }: Env, processId: string, { dev, ino }: FileStat): Promise<Owner> {
  const directory = `/proc/${processId}/fd`
  try {
    for (const name of await files.list(directory)) {
      const open = await files.stat(`${directory}/${name}`).catch(() => null) // closed meanwhile
      if (open?.ino === ino && open.dev === dev) return 'holds it'
    }
    return 'does not hold it'
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' ? 'gone' : 'not told' // as of a process of another user
  }
}

/** Eight hex digits; zeros where the system does not tell. */
async function namespaceTag({ files, bootId }: Env): Promise<string> {
  const namespace = await files.stat('/proc/self/ns/pid').catch(() => null)
  if (namespace === null) return NO_NAMESPACE
  let hash = 0x811c_9dc5 // FNV-1a
  for (const character of `${bootId} ${namespace.dev} ${namespace.ino}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x0100_0193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
