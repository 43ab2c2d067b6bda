import {
  describeFile,
  isClientError,
  LEVEL_MAX,
  toClientError,
  type CallOptions,
  type FileKey,
} from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { failedAnswer } from './errors.ts'
import { listPage } from './list.ts'
import { levelPrefix, objectKey, parseObjectKey } from './keys.ts'

/** What S3 takes in one request. */
const BATCH_MAX = 1000

/** Deletes under way at once, where the server has none for several objects. */
const SINGLE_DELETES_MAX = 16

interface Failed {
  readonly file: FileKey
  readonly error: unknown
}

/** Deletes every file, batch by batch: one that fails does not stop the others. What remains is named in the error. */
export async function deleteObjects(
  connection: Connection,
  files: readonly FileKey[],
  options: CallOptions,
): Promise<void> {
  const failed: Failed[] = []
  for (let start = 0; start < files.length; start += BATCH_MAX) {
    connection.checkOpen(options.signal)
    failed.push(...(await deleteBatch(connection, files.slice(start, start + BATCH_MAX), options)))
  }
  const [first] = failed
  if (first === undefined) return
  const what = `delete ${failed.length} of ${files.length} files, ${describeFile(first.file)} among them`
  const native = isClientError(first.error) ? (first.error.cause ?? first.error) : first.error
  throw toClientError(native, what, (error) => ({
    ...connection.diagnose(error),
    files: failed.map(({ file }) => file),
  }))
}

/** Every file of every level, page by page. */
export async function deleteAllObjects(connection: Connection, options: CallOptions): Promise<void> {
  const { settings } = connection
  for (let level = 0; level <= LEVEL_MAX; level++) {
    const prefix = levelPrefix(settings, level)
    let startAfter: string | undefined
    let token: string | null = null
    for (;;) {
      // Where keys have an order, from the last one on and not by token: the pages change under our hands.
      const place = settings.listsInOrder ? { prefix, startAfter, token: null } : { prefix, token }
      const page: Awaited<ReturnType<typeof listPage>> = await listPage(
        connection,
        `list level ${level}`,
        place,
        options,
      )
      const files = page.items.flatMap(({ key }) => parseObjectKey(settings, key) ?? [])
      await deleteObjects(connection, files, options)
      const last = page.items.at(-1)?.key
      if (page.next === null || last === undefined || last === startAfter) break
      startAfter = last
      token = page.next
    }
  }
}

async function deleteBatch(
  connection: Connection,
  files: readonly FileKey[],
  options: CallOptions,
): Promise<Failed[]> {
  const { bucket } = connection.settings
  const byKey = new Map(files.map((file) => [objectKey(connection.settings, file), file]))
  const Objects = [...byKey.keys()].map((Key) => ({ Key }))
  try {
    const answer = await connection.send(
      'DELETE',
      `delete ${byKey.size} files`,
      options,
      ({ sdk, client }, request) =>
        client.send(
          new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
          request,
        ),
    )
    return (answer.Errors ?? []).flatMap(({ Key = '', Code = '', Message = '' }) => {
      const file = byKey.get(Key)
      if (file === undefined || Code === 'NoSuchKey') return []
      return [
        { file, error: Object.assign(new Error(Message), { Code, $metadata: { httpStatusCode: 200 } }) },
      ]
    })
  } catch (error) {
    options.signal?.throwIfAborted()
    if (isClientError(error, 'CLIENT_CLOSED')) throw error
    const { status, code } = failedAnswer(error)
    if (status === 501 || status === 405 || code === 'NotImplemented') {
      return await deleteSingly(connection, [...byKey.values()], options)
    }
    return [...byKey.values()].map((file) => ({ file, error }))
  }
}

async function deleteSingly(
  connection: Connection,
  files: readonly FileKey[],
  options: CallOptions,
): Promise<Failed[]> {
  const failed: Failed[] = []
  const left = [...files]
  const work = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      const Key = objectKey(connection.settings, file)
      try {
        await connection.send('DELETE', `delete ${describeFile(file)}`, options, ({ sdk, client }, request) =>
          client.send(new sdk.DeleteObjectCommand({ Bucket: connection.settings.bucket, Key }), request),
        )
      } catch (error) {
        options.signal?.throwIfAborted()
        if (!isClientError(error, 'CLIENT_NOT_FOUND')) failed.push({ file, error })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(SINGLE_DELETES_MAX, files.length) }, work))
  return failed
}
