import {
  ClientError,
  describeFile,
  isClientError,
  LEVEL_MAX,
  levelDirectory,
  toClientError,
  translating,
  type CallOptions,
  type FileKey,
} from '@ltx/client-core'
import { formatFileName, parseFileName } from '@ltx/format'
import type { Collections } from './collections.ts'
import type { Connection } from './connect.ts'
import { diagnose, WebdavResponseError } from './errors.ts'
import { entriesIn } from './find-entries.ts'
import { deleteLeftovers } from './leftovers.ts'
import { failureIn } from './multistatus.ts'

/** Files deleted at once: the protocol has a request for each. */
const DELETES_MAX = 32

/** @throws {ClientError} with the files that could not be deleted in `files`; the others are gone */
export async function deleteEach(
  connection: Connection,
  files: readonly FileKey[],
  { signal }: CallOptions,
): Promise<void> {
  const failed: { readonly file: FileKey; readonly error: unknown }[] = []
  for (let start = 0; start < files.length; start += DELETES_MAX) {
    signal?.throwIfAborted()
    await Promise.all(
      files.slice(start, start + DELETES_MAX).map(async (file) => {
        await deleteOne(connection, file, signal).catch((error: unknown) => failed.push({ file, error }))
      }),
    )
  }
  signal?.throwIfAborted()
  const [first] = failed
  if (first === undefined) return
  const what = `delete ${failed.length} of ${files.length} files, ${describeFile(first.file)} among them`
  const { code, advice, message } = toClientError(first.error, what, diagnose)
  const cause = isClientError(first.error) ? (first.error.cause ?? first.error) : first.error
  throw new ClientError(code, `cannot ${what}: ${message}`, {
    cause,
    advice,
    files: failed.map(({ file }) => file),
  })
}

async function deleteOne(
  connection: Connection,
  file: FileKey,
  signal: AbortSignal | undefined,
): Promise<void> {
  const what = `delete ${describeFile(file)}`
  const path = `${levelDirectory('decimal', file.level)}/${formatFileName(file.minTXID, file.maxTXID)}`
  const answer = await connection.exchange({
    kind: 'DELETE',
    what,
    method: 'DELETE',
    path: connection.at(path),
    accept: [404],
    signal,
  })
  if (answer.status !== 207) return
  await translating(what, diagnose, signal, async () => {
    const failure = await failureIn(answer.text)
    if (failure !== null && failure !== 404) throw new WebdavResponseError(failure, 'DELETE', '')
  })
}

/** Deletes every file of every level, what was left behind, and the collections that are empty then. Nothing that is not ours. */
export async function deleteReplica(
  connection: Connection,
  collections: Collections,
  options: CallOptions,
): Promise<void> {
  for (let level = 0; level <= LEVEL_MAX; level++) {
    const collection = connection.at(levelDirectory('decimal', level))
    const entries = await entriesIn(connection, `list level ${level}`, collection, options)
    if (entries === null) continue
    const files = entries.flatMap(({ name, isCollection }) => {
      const key = isCollection ? null : parseFileName(name)
      return key === null ? [] : [{ level, ...key }]
    })
    await deleteEach(connection, files, options)
    await deleteLeftovers(connection, collection, entries)
    await collections.removeIfEmpty(collection, options)
  }
  await collections.removeEmpty(options)
}
