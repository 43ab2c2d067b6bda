import {
  ClientError,
  describeFile,
  isClientError,
  LEVEL_MAX,
  toClientError,
  type CallOptions,
  type FileKey,
} from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { levelPrefix, objectKey, parseObjectKey } from './keys.ts'
import { listPage, manyOf } from './list.ts'

/** What OSS takes in one request. */
const BATCH_MAX = 1000

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
    failed.push(...(await deleteBatch(connection, files.slice(start, start + BATCH_MAX), options)))
  }
  const [first] = failed
  if (first === undefined) return
  const what = `delete ${failed.length} of ${files.length} files, ${describeFile(first.file)} among them`
  const native = isClientError(first.error) ? (first.error.cause ?? first.error) : first.error
  const { code, advice, message } = toClientError(native, what, (error) => connection.diagnose(error))
  const text = message.replace(/^CLIENT_\w+: /, '')
  throw new ClientError(code, text, { cause: native, advice, files: failed.map(({ file }) => file) })
}

/** Every file of every level, page by page. */
export async function deleteAllObjects(connection: Connection, options: CallOptions): Promise<void> {
  const { settings } = connection
  for (let level = 0; level <= LEVEL_MAX; level++) {
    const prefix = levelPrefix(settings, level)
    for (let after: string | null | undefined; after !== null;) {
      const page: Awaited<ReturnType<typeof listPage>> = await listPage(
        connection,
        `list level ${level}`,
        { prefix, after },
        options,
      )
      const files = page.items.flatMap(({ key }) => parseObjectKey(settings, key) ?? [])
      await deleteObjects(connection, files, options)
      after = page.next
    }
  }
}

async function deleteBatch(
  connection: Connection,
  files: readonly FileKey[],
  { signal }: CallOptions,
): Promise<Failed[]> {
  const byKey = new Map(files.map((file) => [objectKey(connection.settings, file), file]))
  const objects = [...byKey.keys()].map((key) => `<Object><Key>${inXml(key)}</Key></Object>`)
  const body = Buffer.from(`<Delete><Quiet>false</Quiet>${objects.join('')}</Delete>`)
  try {
    const { data } = await connection.exchange({
      kind: 'DELETE',
      what: `delete ${byKey.size} files`,
      method: 'POST',
      query: { 'encoding-type': 'url' },
      subResources: { delete: null },
      headers: { 'content-type': 'application/xml' },
      body,
      signal,
    })
    for (const deleted of manyOf(data['Deleted'])) {
      byKey.delete(decodeURIComponent((deleted as Readonly<Record<string, string>>)['Key'] ?? ''))
    }
    return [...byKey.values()].map((file) => ({
      file,
      error: new Error('the service left it out of what it deleted'),
    }))
  } catch (error) {
    signal?.throwIfAborted()
    if (isClientError(error, 'CLIENT_CLOSED')) throw error
    return [...byKey.values()].map((file) => ({ file, error }))
  }
}

function inXml(text: string): string {
  return text.replaceAll(/[&<>\p{Cc}]/gu, (each) => `&#${each.codePointAt(0)};`)
}
