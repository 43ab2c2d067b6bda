import { parseObjectKey } from './keys.ts'
import { abandon } from './multipart.ts'
import type { WriteJob } from './write-job.ts'

/** An upload as old as this belongs to a process that is gone. */
const STALE_MS = 24 * 3_600_000

/** Gives up what crashed writers of this replica have begun: its parts cost money, and nobody sees them. */
export async function sweepUploads(job: WriteJob): Promise<void> {
  const { connection } = job
  const { bucket, root, env } = connection.settings
  const what = 'look for unfinished uploads'
  const found = await connection.send('LIST', what, {}, ({ sdk, client }, request) =>
    client.send(new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: root }), request),
  )
  const nowMs = connection.serverTimeMs ?? env.clock.wallMs()
  for (const { Key = '', UploadId = '', Initiated } of found.Uploads ?? []) {
    const isStale = Initiated !== undefined && Initiated.getTime() < nowMs - STALE_MS
    if (!isStale || parseObjectKey(connection.settings, Key) === null) continue
    await abandon({ ...job, key: Key }, UploadId)
    env.logger.log('info', 'gave up an upload that a crashed writer left', { key: Key })
  }
}
