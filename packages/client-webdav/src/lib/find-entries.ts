import { ClientError, translating, type CallOptions } from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { diagnose } from './errors.ts'
import { parseEntries, partsOf, type Entry } from './multistatus.ts'

const WANTED: Uint8Array = Buffer.from(
  '<?xml version="1.0" encoding="utf-8"?>\n<propfind xmlns="DAV:"><prop>' +
    '<resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>\n',
)

/** What a collection has; `null`: there is no such collection. */
export async function entriesIn(
  connection: Connection,
  what: string,
  collection: string,
  options: CallOptions,
): Promise<Entry[] | null> {
  const entries = await find(connection, 'LIST', what, asCollection(collection), '1', options)
  if (entries === null) return null
  const own = Math.min(...entries.map(({ depth }) => depth))
  const name = partsOf(connection.urlOf(collection).pathname).at(-1)
  // A server behind a proxy may call the collection otherwise than we do, but for its last part.
  return entries.filter((each) => each.depth > own || !each.isCollection || (own > 0 && each.name !== name))
}

/** One file or collection; `null`: there is none. */
export async function entryAt(
  connection: Connection,
  what: string,
  path: string,
  options: CallOptions,
): Promise<Entry | null> {
  const entries = await find(connection, 'HEAD', what, path, '0', options)
  return entries?.[0] ?? null
}

/** With the slash that some servers want to see. */
export function asCollection(path: string): string {
  return path === '' ? '' : `${path}/`
}

async function find(
  connection: Connection,
  kind: 'LIST' | 'HEAD',
  what: string,
  path: string,
  depth: '0' | '1',
  { signal }: CallOptions,
): Promise<Entry[] | null> {
  const answer = await connection.exchange({
    kind,
    what,
    method: 'PROPFIND',
    path,
    headers: { depth, 'content-type': 'application/xml; charset=utf-8' },
    body: WANTED,
    accept: [404],
    signal,
  })
  if (answer.status === 404) return null
  if (answer.status !== 207) {
    throw new ClientError(
      'CLIENT_BAD_OPTIONS',
      `cannot ${what}: there is no WebDAV server at this address, PROPFIND is answered with ${answer.status}`,
    )
  }
  return await translating(what, diagnose, signal, () => parseEntries(answer.text))
}
