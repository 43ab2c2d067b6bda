import { isClientError } from '@ltx/client-core'
import { verdictOf } from './create-only.ts'
import { abandon, beginUpload, completeUpload, sendPart } from './multipart.ts'
import type { WriteJob } from './write-job.ts'

const BYTES: Uint8Array = new TextEncoder().encode(
  'A probe of ltx: does this storage refuse to replace an object?\n',
)

/**
 * Tries on an object of its own whether an upload in parts is refused when the name is taken; deletes it afterwards. On one of the
 * replica's own files it could not be tried without danger: a server that ignores the condition would replace it.
 */
export async function proveComplete(writeJob: WriteJob): Promise<void> {
  const { connection, createOnly, signal } = writeJob
  const { bucket, root, env } = connection.settings
  const job: WriteJob = {
    ...writeJob,
    key: `${root}ltx-probe-${env.random.hex(8)}`,
    what: 'probe whether uploads in parts are create-only',
    metadata: {},
  }
  const options = { signal, bytesUp: BYTES.length }
  await connection.send('PUT', job.what, options, ({ sdk, client, customerKey }, request) =>
    client.send(
      new sdk.PutObjectCommand({ Bucket: bucket, Key: job.key, Body: BYTES, ...customerKey }),
      request,
    ),
  )
  try {
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
    await connection.send('DELETE', job.what, {}, ({ sdk, client }) =>
      client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: job.key })),
    )
  }
}
