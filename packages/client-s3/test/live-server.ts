/** What `pnpm test:servers` says about the server it has started. */
export interface LiveServer {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly bucket: string
}

export function liveServer(): LiveServer {
  const text = process.env['LTX_SERVER_S3']
  if (text === undefined) throw new Error('LTX_SERVER_S3 is not set: run pnpm test:servers')
  return JSON.parse(text) as LiveServer
}
