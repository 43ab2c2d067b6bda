import { ClientError } from '@ltx/client-core'

/** A setting is wrong; `detail` says which and what to do about it, without any secret. */
export function badOptions(detail: string): ClientError {
  return new ClientError('CLIENT_BAD_OPTIONS', `s3: ${detail}`)
}
