import { posix } from 'node:path'
import { hasStatus, SftpConnectionError, STATUS } from './errors.ts'
import type { RemoteEntry, Session } from './session.ts'

/** Larger directories are not read into memory (about 1 GiB of entries). */
const ENTRIES_MAX = 5_000_000

/** Everything in a directory, in the server's order; nothing when there is none. */
export async function readWhole(session: Session, path: string): Promise<RemoteEntry[]> {
  let handle
  try {
    handle = await session.openDirectory(path)
  } catch (error) {
    if (hasStatus(error, STATUS.noSuchFile)) return []
    throw error
  }
  const entries: RemoteEntry[] = []
  try {
    for (;;) {
      // One after the other: of servers that are asked twice at once, some would leave entries out.
      for (const entry of await session.readDirectory(handle)) entries.push(entry)
      if (entries.length > ENTRIES_MAX) throw new Error(`${path} has more than ${ENTRIES_MAX} entries`)
    }
  } catch (error) {
    if (hasStatus(error, STATUS.eof)) return entries
    throw error
  } finally {
    session.detached.close(handle).catch(() => undefined)
  }
}

/** Makes a directory and its parents; existing ones are fine. */
export async function makeDirectories(session: Session, path: string): Promise<void> {
  try {
    await session.makeDirectory(path)
    return
  } catch (error) {
    if (!hasStatus(error)) throw error
    const parent = posix.dirname(path)
    if (error.status !== STATUS.noSuchFile || parent === path) {
      await expectDirectory(session, path, error)
      return
    }
    await makeDirectories(session, parent)
  }
  try {
    await session.makeDirectory(path)
  } catch (error) {
    await expectDirectory(session, path, error)
  }
}

/** Removes a directory if it is empty, and says nothing if it is not. */
export async function removeIfEmpty(session: Session, path: string): Promise<void> {
  try {
    await session.removeDirectory(path)
  } catch (error) {
    if (!hasStatus(error)) throw error
  }
}

/** Makes what happened to the names in a directory durable, where the server can. */
export async function syncDirectory(session: Session, path: string): Promise<boolean> {
  try {
    const handle = await session.open(path, 'r') // as a file: what is opened as a directory cannot be synced
    try {
      return await session.sync(handle)
    } finally {
      session.detached.close(handle).catch(() => undefined)
    }
  } catch (error) {
    if (hasStatus(error)) return false
    throw error
  }
}

/** @param refusal Why it could not be made; thrown unless it is there already */
async function expectDirectory(session: Session, path: string, refusal: unknown): Promise<void> {
  const stat = await session.stat(path).catch((error: unknown) => {
    throw hasStatus(error) ? refusal : error
  })
  if (stat.kind === 'directory') return
  throw new SftpConnectionError('options', `${path} on the server is not a directory`)
}
