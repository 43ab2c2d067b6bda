import type { Connection } from './connect.ts'
import { chunkSubject } from './object-meta.ts'
import { listObjects, removeChunks, storedMessage } from './objects.ts'
import { OBJECT_HEADER } from './write.ts'

/** Chunks as old as this are of a writer that is gone. */
const STALE_MS = 3_600_000

/** Takes away what crashed writers of this replica have left: chunks that no object has. Those of others stay. */
export async function sweepChunks(connection: Connection): Promise<void> {
  const { bucket, prefix, env } = connection.settings
  const what = 'look for unfinished uploads'
  const everything = { subjects_filter: chunkSubject(bucket, '>') }
  const stream = await connection.request('LIST', what, {}, ({ manager }) =>
    manager.streams.info(connection.stream, everything),
  )
  const subjects = Object.keys(stream.state.subjects ?? {})
  const nowMs = Date.parse(stream.ts ?? '') || env.clock.wallMs()
  const known = new Set<string>()
  for await (const { nuid } of listObjects(connection, what, {})) known.add(nuid)
  for (const subject of subjects) {
    const nuid = subject.slice(chunkSubject(bucket, '').length)
    if (known.has(nuid)) continue
    const last = await storedMessage(connection, 'HEAD', what, { last_by_subj: subject }, {})
    const name = decodeURIComponent(last?.header.get(OBJECT_HEADER) ?? '')
    const isStale = last !== null && last.time.getTime() < nowMs - STALE_MS
    if (!isStale || !name.startsWith(`${prefix}ltx/`)) continue
    await removeChunks(connection, what, nuid, {})
    env.logger.log('info', 'took away an upload that a crashed writer left', { object: name })
  }
}
