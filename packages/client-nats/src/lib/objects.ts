import { ClientError, type CallOptions, type RequestBytes, type RequestKind } from '@ltx/client-core'
import type { Connection, Opened, StoredMsg } from './connect.ts'
import { allMetaSubjects, chunkSubject, metaSubject, parseMeta, type ObjectMeta } from './object-meta.ts'
import { pullMessages } from './pull.ts'

/** What is known of one object; `null` when there is nothing of this name. A deleted one is told as such. */
export async function findObject(
  connection: Connection,
  what: string,
  name: string,
  { signal }: CallOptions,
): Promise<ObjectMeta | null> {
  const subject = metaSubject(connection.settings.bucket, name)
  const message = await storedMessage(connection, 'HEAD', what, { last_by_subj: subject }, { signal })
  return metaOf(message)
}

/**
 * The same for one that has to be there.
 *
 * @throws {ClientError} `CLIENT_NOT_FOUND`
 */
export async function expectObject(
  connection: Connection,
  what: string,
  name: string,
  { signal }: CallOptions,
): Promise<ObjectMeta> {
  const query = { last_by_subj: metaSubject(connection.settings.bucket, name) }
  return await connection.request('HEAD', what, { signal }, async (opened, bytes) => {
    const object = metaOf(await getMessage(connection, opened, bytes, query))
    if (object === null || object.deleted) {
      throw new ClientError('CLIENT_NOT_FOUND', `cannot ${what}: there is no such object`)
    }
    return object
  })
}

/** One message; `null` when there is none. Always asked of the stream's leader: a follower may not have it yet. */
export async function storedMessage(
  connection: Connection,
  kind: RequestKind,
  what: string,
  query: MessageQuery,
  { signal }: CallOptions,
): Promise<StoredMsg | null> {
  return await connection.request(kind, what, { signal }, (opened, bytes) =>
    getMessage(connection, opened, bytes, query),
  )
}

type MessageQuery =
  | { readonly last_by_subj: string }
  | { readonly seq: number; readonly next_by_subj: string }

async function getMessage(
  { stream }: Connection,
  { manager }: Opened,
  bytes: RequestBytes,
  query: MessageQuery,
): Promise<StoredMsg | null> {
  const message = await manager.streams.getMessage(stream, query)
  bytes.down += message?.data.length ?? 0
  return message
}

function metaOf(message: StoredMsg | null): ObjectMeta | null {
  return message === null ? null : parseMeta(message.string(), placeOf(message))
}

/** Every object of the store, in the order in which they were written. Deleted ones are left out. */
export async function* listObjects(
  connection: Connection,
  what: string,
  { signal }: CallOptions,
): AsyncGenerator<ObjectMeta, void, undefined> {
  const subject = allMetaSubjects(connection.settings.bucket)
  const messages = pullMessages(connection, { kind: 'LIST', what, subject, lastOfEach: true, signal })
  const decoder = new TextDecoder()
  for await (const { data, sequence, storedAtMs } of messages) {
    const object = parseMeta(decoder.decode(data), { sequence, storedAtMs })
    if (object !== null && !object.deleted) yield object
  }
}

/** Takes an object away, and not a newer one of the same name: first what makes it visible, then its bytes. */
export async function removeObject(
  connection: Connection,
  what: string,
  { name, nuid, sequence }: ObjectMeta,
  { signal }: CallOptions,
): Promise<void> {
  const { bucket } = connection.settings
  await connection.request('DELETE', what, { signal }, ({ manager }) =>
    manager.streams.purge(connection.stream, { filter: metaSubject(bucket, name), seq: sequence + 1 }),
  )
  await removeChunks(connection, what, nuid, { signal })
}

export async function removeChunks(
  connection: Connection,
  what: string,
  nuid: string,
  { signal }: CallOptions,
): Promise<void> {
  await connection.request('DELETE', what, { signal }, ({ manager }) =>
    manager.streams.purge(connection.stream, { filter: chunkSubject(connection.settings.bucket, nuid) }),
  )
}

function placeOf(message: StoredMsg): { readonly sequence: number; readonly storedAtMs: number } {
  return { sequence: message.seq, storedAtMs: message.time.getTime() }
}
