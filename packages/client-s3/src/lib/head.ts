import type { Connection } from './connect.ts'

export interface ObjectHead {
  readonly size: number
  readonly etag: string
  readonly metadata: Readonly<Record<string, string>> | undefined
}

/** Size, ETag and metadata of an object. Missing: `CLIENT_NOT_FOUND`; so is a missing bucket, for the answer has no body. */
export async function headObject(
  connection: Connection,
  what: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<ObjectHead> {
  const head = await connection.send('HEAD', what, { signal }, ({ sdk, client, customerKey }, request) =>
    client.send(
      new sdk.HeadObjectCommand({ Bucket: connection.settings.bucket, Key: key, ...customerKey }),
      request,
    ),
  )
  return { size: head.ContentLength ?? 0, etag: head.ETag ?? '', metadata: head.Metadata }
}
