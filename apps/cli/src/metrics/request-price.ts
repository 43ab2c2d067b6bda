import type { RequestKind } from '@ltx/client-core'
import type { ReplicaPlace } from '../replica/replica-place.ts'

/** US dollars for a million requests of each kind. Not for what is stored, and not for what leaves the provider's network. */
export type RequestPrices = Readonly<Record<RequestKind, number>>

export interface PriceList {
  /** The word for the provider in metrics. */
  readonly provider: string
  readonly prices: RequestPrices
}

/** Where requests cost nothing, or nobody knows what. */
const FREE: RequestPrices = { PUT: 0, GET: 0, DELETE: 0, LIST: 0, HEAD: 0 }

/**
 * List prices of the usual class of storage, without free allowances, at the beginning of 2025; a region may differ. Good for comparing
 * settings and for an alarm, not for an invoice.
 *
 * @see aws.amazon.com/s3/pricing, developers.cloudflare.com/r2/pricing, cloud.google.com/storage/pricing,
 *   azure.microsoft.com/pricing/details/storage/blobs, backblaze.com/cloud-storage/transaction-pricing, tigrisdata.com/docs/pricing
 */
export const PRICES: Readonly<Record<string, RequestPrices>> = {
  aws: { PUT: 5, LIST: 5, GET: 0.4, HEAD: 0.4, DELETE: 0 },
  r2: { PUT: 4.5, LIST: 4.5, GET: 0.36, HEAD: 0.36, DELETE: 0 },
  tigris: { PUT: 5, LIST: 5, GET: 0.5, HEAD: 0.5, DELETE: 0 },
  b2: { PUT: 0, LIST: 4, GET: 0.4, HEAD: 0.4, DELETE: 0 },
  gcs: { PUT: 5, LIST: 5, GET: 0.4, HEAD: 0.4, DELETE: 0 },
  azure: { PUT: 6.5, LIST: 6.5, GET: 0.5, HEAD: 0.5, DELETE: 0 },
}

/** What in the address of a replica of type `s3` names the provider. */
const S3_PROVIDERS: readonly (readonly [host: RegExp, provider: string])[] = [
  [/\.r2\.cloudflarestorage\.com/i, 'r2'],
  [/fly\.storage\.tigris\.dev|t3\.storage\.dev/i, 'tigris'],
  [/\.backblazeb2\.com/i, 'b2'],
  [/storage\.googleapis\.com/i, 'gcs'],
  [/\.amazonaws\.com/i, 'aws'],
]

/** What the requests of a replica cost, by where it is. */
export function priceListOf(place: ReplicaPlace): PriceList {
  const provider = providerOf(place)
  return { provider, prices: PRICES[provider] ?? FREE }
}

function providerOf(place: ReplicaPlace): string {
  if (place.type === 'gs') return 'gcs'
  if (place.type === 'abs') return 'azure'
  if (place.type !== 's3') return place.type
  const { url = '', keys, environment } = place.settings
  const endpoint = keys['endpoint'] ?? /[?&]endpoint=([^&#]*)/.exec(url)?.[1]
  const fallback = environment['LITESTREAM_S3_ENDPOINT'] ?? ''
  const address = [url, String(endpoint ?? fallback)].join(' ')
  const found = S3_PROVIDERS.find(([host]) => host.test(decodedSafely(address)))
  if (found !== undefined) return found[1]
  const host = /^s3:\/\/([^/?#]*)/.exec(url)?.[1] ?? ''
  const isElsewhere = endpoint !== undefined || fallback !== '' || host.includes(':')
  return isElsewhere ? 'other' : 'aws'
}

function decodedSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
