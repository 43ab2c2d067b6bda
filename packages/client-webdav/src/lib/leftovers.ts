import { levelDirectory, type CallOptions } from '@ltx/client-core'
import { parseTemporaryName } from '@ltx/env'
import { parseFileName } from '@ltx/format'
import type { Connection } from './connect.ts'
import { asCollection, entriesIn } from './find-entries.ts'
import type { Entry } from './multistatus.ts'

/** What has not been touched for so long was left by a process that is gone. */
const LEFT_MS = 3_600_000

/** Ends the name of the collection that says who is about to give a file its name. */
export const CLAIM_SUFFIX = '.claim'

/** Base of the temporary name in which the server is tried. */
export const PROBE_NAME = 'probe'

/** Whether something in a level was left behind by one of us: a temporary, a claim. By the server's clock. */
export function isLeftover({ name, modifiedAtMs }: Entry, serverMs: number | null): boolean {
  if (modifiedAtMs === null || serverMs === null || serverMs - modifiedAtMs < LEFT_MS) return false
  if (name.endsWith(CLAIM_SUFFIX)) return parseFileName(name.slice(0, -CLAIM_SUFFIX.length)) !== null
  const temporary = parseTemporaryName(name)
  if (temporary === null || temporary.processId === null) return false
  return temporary.base === PROBE_NAME || parseFileName(temporary.base) !== null
}

/** Deletes what was left behind in a level. Nobody depends on it: failures are for the next time. */
export async function sweepLevel(connection: Connection, level: number, options: CallOptions): Promise<void> {
  const collection = connection.at(levelDirectory('decimal', level))
  try {
    const entries =
      (await entriesIn(connection, `look for leftovers in level ${level}`, collection, options)) ?? []
    await deleteLeftovers(connection, collection, entries)
  } catch {
    options.signal?.throwIfAborted()
  }
}

export async function deleteLeftovers(
  connection: Connection,
  collection: string,
  entries: readonly Entry[],
): Promise<void> {
  for (const entry of entries.filter((each) => isLeftover(each, connection.serverMs))) {
    const path = `${collection}/${entry.name}`
    const what = `delete the leftover ${entry.name}`
    await connection.tidyUp({
      kind: 'DELETE',
      what,
      method: 'DELETE',
      path: entry.isCollection ? asCollection(path) : path,
    })
  }
}
