import { isClientError } from '@ltx/client-core'
import { verdictOf } from './create-only.ts'
import { abandon, beginUpload, completeUpload, sendPart, tidyUp } from './multipart.ts'
import { newObject, type WriteJob } from './write-job.ts'

const BYTES: Uint8Array = new TextEncoder().encode(
  'A probe of ltx: does this storage refuse to replace an object?\n',
)

/**
 * Tries on an object of its own whether an upload in parts is refused when the name is taken; deletes it afterwards. On one of the
 * replica's own files it could not be tried without danger: a server that ignores the condition would replace it. Goes on when the
 * write that gave rise to it ends before it.
 */
export async function proveComplete(writeJob: WriteJob): Promise<void> {
  const { connection, createOnly } = writeJob
  const { bucket, root, env } = connection.settings
  const job: WriteJob = {
    ...writeJob,
    key: `${root}ltx-probe-${env.random.hex(8)}`,
    what: 'probe whether uploads in parts are create-only',
    metadata: {},
    signal: new AbortController().signal,
    stop: () => undefined,
  }
  const object = { Bucket: bucket, Key: job.key }
  try {
    await connection.send('PUT', job.what, { bytesUp: BYTES.length }, ({ sdk, client, customerKey }) =>
      client.send(new sdk.PutObjectCommand({ ...object, Body: BYTES, ...newObject(job), ...customerKey })),
    )
    const upload = await beginUpload(job)
    try {
      const part = await sendPart(job, upload, 1, BYTES)
      await completeUpload(job, upload, [part], true)
      createOnly.learn('complete', 'disproven')
    } catch (error) {
      const verdict = isClientError(error) ? verdictOf(error) : 'other'
      if (verdict === 'refused' || verdict === 'conflict') createOnly.learn('complete', 'proven')
      if (verdict === 'unsupported') createOnly.learn('complete', 'disproven')
      await abandon(job, upload)
    }
  } finally {
    await tidyUp(connection, `delete the probe ${job.key}`, ({ sdk, client }, request) =>
      client.send(new sdk.DeleteObjectCommand(object), request),
    )
  }
}
