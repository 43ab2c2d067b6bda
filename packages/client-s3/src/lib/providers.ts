/** What a provider of S3 does differently. Defaults only: what somebody sets wins, except `headers`. */
export interface ProviderRules {
  readonly name: string
  /** The bucket goes into the path. */
  readonly pathStyle?: true
  /** Content-MD5 is not wanted. */
  readonly contentMd5?: false
  /** Parts of one upload under way at once. */
  readonly concurrency?: number
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Parts that one upload may have. */
  readonly partsMax?: number
  /** All parts but the last must have one size. */
  readonly equalParts?: true
}

const TIGRIS: ProviderRules = {
  name: 'tigris',
  contentMd5: false,
  headers: { 'x-tigris-consistent': 'true' }, // else a listing may lag behind the writes of another region
}

const EXACT: Readonly<Record<string, ProviderRules>> = {
  'fly.storage.tigris.dev': TIGRIS,
  't3.storage.dev': TIGRIS,
  's3.filebase.com': { name: 'filebase', pathStyle: true },
}

const BY_SUFFIX: readonly [suffix: string, rules: ProviderRules][] = [
  ['.r2.cloudflarestorage.com', { name: 'r2', concurrency: 2, equalParts: true }],
  ['.backblazeb2.com', { name: 'b2', pathStyle: true }],
  ['.digitaloceanspaces.com', { name: 'digitalocean' }],
  ['.scw.cloud', { name: 'scaleway', partsMax: 1000 }],
  ['.your-objectstorage.com', { name: 'hetzner' }],
  ['.supabase.co', { name: 'supabase', pathStyle: true }],
  ['.wasabisys.com', { name: 'wasabi' }],
  ['.amazonaws.com', { name: 'aws' }],
]

/**
 * The rules for an endpoint, by its host alone. A port on an unknown host means a server of one's own, as MinIO.
 *
 * @see litestream `s3/replica_client.go`, the `Is…Endpoint` functions; spec-backends.md §3.2.4
 */
export function providerRules(endpoint: URL): ProviderRules {
  const host = endpoint.hostname.toLowerCase().replace(/\.$/, '')
  const exact = EXACT[host]
  if (exact !== undefined) return exact
  const found = BY_SUFFIX.find(([suffix]) => host.endsWith(suffix))
  if (found !== undefined) return found[1]
  if (isGoogle(host)) return { name: 'gcs' }
  return endpoint.port === '' ? { name: 'other' } : { name: 'minio', pathStyle: true }
}

/** `storage.googleapis.com` and its regional and bucket forms, but no look-alike. */
function isGoogle(host: string): boolean {
  const labels = host.split('.')
  if (labels.length < 3 || labels.includes('') || labels.slice(-2).join('.') !== 'googleapis.com')
    return false
  const [first = '', second = ''] = labels
  return isStorage(first) && (labels.length === 3 || !isStorage(second))
}

function isStorage(label: string): boolean {
  return label.split('-').includes('storage')
}
