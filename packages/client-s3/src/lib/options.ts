import { refuseUnknown, type RequestObserver, shownName } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { badOptions } from './errors.ts'
import { checkEncryption, type Encryption } from './encryption.ts'
import { endpointUrl } from './endpoints.ts'
import { PART_BYTES_MAX, PART_BYTES_MIN, PARTS_MAX, type PartPlan } from './part-sizes.ts'
import { providerRules, type ProviderRules } from './providers.ts'

export interface S3ClientOptions {
  readonly env: Env
  /** A name, or the ARN or alias of an access point. */
  readonly bucket: string
  /**
   * What all keys begin with, followed by a slash, exactly as it stands. `''`, the default, gives keys that begin with a slash, as
   * Litestream has them.
   */
  readonly path?: string | undefined
  /** When absent: of the access point, `us-east-1` with an endpoint, otherwise looked up with one request. */
  readonly region?: string | undefined
  /** Host or URL of another provider than AWS. */
  readonly endpoint?: string | undefined
  /** The bucket in the path instead of the host name. When absent: with an endpoint yes, otherwise no. */
  readonly forcePathStyle?: boolean | undefined
  /** Both, or neither: then the SDK looks where AWS keeps credentials. */
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
  readonly sessionToken?: string | undefined
  /** A profile of the AWS configuration files, for the credentials. */
  readonly profile?: string | undefined
  /** Any certificate is accepted. */
  readonly skipVerify?: boolean | undefined
  /** Bodies are part of the signature; true when absent. */
  readonly signPayload?: boolean | undefined
  /** Deletes, and bodies sent to an endpoint, carry Content-MD5; true when absent, false on Tigris. */
  readonly requireContentMd5?: boolean | undefined
  readonly storageClass?: string | undefined
  /** Bytes of the first parts of a large file, 5 MiB to 5 GiB; 5 MiB when absent. */
  readonly partSize?: number | undefined
  /** Parts of one file under way at once; 5 when absent, 2 on R2. */
  readonly concurrency?: number | undefined
  /** Only `AES256`. */
  readonly sseCustomerAlgorithm?: string | undefined
  /** Base64 of 32 bytes. */
  readonly sseCustomerKey?: string | undefined
  /** Base64 of the key's MD5; checked where it is given. */
  readonly sseCustomerKeyMd5?: string | undefined
  /** A file with the key; read at the first request. Wins over `sseCustomerKey`. */
  readonly sseCustomerKeyPath?: string | undefined
  readonly sseKmsKeyId?: string | undefined
  /** URLs of proxies, and hosts that are reached without one (`NO_PROXY`). Never used for this machine's own addresses. */
  readonly proxy?: S3Proxy | undefined
  /** How long the server may be silent: no answer, or no byte moving; 60 s when absent. A transfer may take as long as it takes. */
  readonly timeoutMs?: number | undefined
  readonly onRequest?: RequestObserver | undefined
}

export interface S3Proxy {
  readonly http?: string | undefined
  readonly https?: string | undefined
  readonly none?: string | undefined
}

/** Options that were looked through. */
export interface S3Settings {
  readonly env: Env
  readonly onRequest: RequestObserver | undefined
  readonly bucket: string
  /** What the keys of this replica begin with; ends with a slash. */
  readonly root: string
  /** `null`: to be looked up. */
  readonly region: string | null
  readonly endpoint: URL | null
  readonly provider: ProviderRules
  readonly forcePathStyle: boolean
  readonly credentials: Credentials | null
  readonly profile: string | null
  readonly skipVerify: boolean
  readonly signPayload: boolean
  readonly contentMd5: boolean
  /** How bodies are protected besides the signature. AWS wants a CRC; old servers know only the MD5. */
  readonly checksum: 'crc32' | 'md5' | 'none'
  readonly storageClass: string | null
  readonly parts: PartPlan
  readonly concurrency: number
  readonly encryption: Encryption
  readonly proxy: S3Proxy
  readonly timeoutMs: number
  /** Directory buckets list in no order. */
  readonly listsInOrder: boolean
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const KNOWN: readonly string[] = [
  'env',
  'bucket',
  'path',
  'region',
  'endpoint',
  'forcePathStyle',
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'profile',
  'skipVerify',
  'signPayload',
  'requireContentMd5',
  'storageClass',
  'partSize',
  'concurrency',
  'sseCustomerAlgorithm',
  'sseCustomerKey',
  'sseCustomerKeyMd5',
  'sseCustomerKeyPath',
  'sseKmsKeyId',
  'proxy',
  'timeoutMs',
  'onRequest',
]

/** @throws {ClientError} `CLIENT_BAD_OPTIONS`: what is wrong, and with which option */
export function checkOptions(options: S3ClientOptions): S3Settings {
  refuseUnknown('s3 client', Object.keys(options), KNOWN)
  const { bucket, path = '' } = options
  if (bucket === '')
    throw badOptions('bucket required: give it as s3://BUCKET/PATH, or with the key `bucket`')
  if (/[\0/\s]/.test(bucket.replace(/:accesspoint\/.*/i, ''))) {
    throw badOptions(`${shownName(bucket)} cannot be the name of a bucket`)
  }
  if (bucket.includes(':') && !/^arn:/i.test(bucket)) {
    throw badOptions(`${shownName(bucket)} is a server and no bucket: write s3://BUCKET/PATH?endpoint=SERVER`)
  }
  if (path.includes('\0')) throw badOptions('the path has a zero byte')
  const endpoint = given(options.endpoint) === null ? null : endpointUrl(options.endpoint ?? '')
  const provider: ProviderRules = endpoint === null ? { name: 'aws' } : providerRules(endpoint)
  const isArn = /^arn:/i.test(bucket)
  const forcePathStyle = options.forcePathStyle ?? provider.pathStyle ?? (endpoint !== null && !isArn)
  if (isArn && forcePathStyle) {
    throw badOptions('an access point has no path style: take force-path-style away')
  }
  if (isArn && /^arn:[^:]*:[^:]*::/i.test(bucket)) {
    throw badOptions('multi-region access points are not supported: give the access point of one region')
  }
  const signPayload = options.signPayload ?? true
  const contentMd5 = options.requireContentMd5 ?? provider.contentMd5 ?? true
  return {
    env: options.env,
    onRequest: options.onRequest,
    bucket,
    root: `${path}/`,
    region: given(options.region) ?? (endpoint === null ? null : 'us-east-1'),
    endpoint,
    provider,
    forcePathStyle,
    credentials: checkCredentials(options),
    profile: given(options.profile),
    skipVerify: options.skipVerify ?? false,
    signPayload,
    contentMd5,
    checksum: endpoint === null ? 'crc32' : contentMd5 ? 'md5' : 'none',
    storageClass: given(options.storageClass),
    parts: {
      firstBytes: wholeNumber(
        'part-size',
        options.partSize ?? PART_BYTES_MIN,
        PART_BYTES_MIN,
        PART_BYTES_MAX,
      ),
      partsMax: provider.partsMax ?? PARTS_MAX,
      equal: provider.equalParts ?? false,
    },
    concurrency: wholeNumber('concurrency', options.concurrency ?? provider.concurrency ?? 5, 1, 1000),
    encryption: checkEncryption(options, endpoint),
    proxy: options.proxy ?? {},
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs ?? 60_000, 1, 2 ** 31 - 1),
    listsInOrder: !bucket.endsWith('--x-s3'),
  }
}

/** A text that is there; an empty one counts as not given, as in litestream.yml. */
export function given(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}

function checkCredentials(options: S3ClientOptions): Credentials | null {
  const accessKeyId = given(options.accessKeyId)
  const secretAccessKey = given(options.secretAccessKey)
  const sessionToken = given(options.sessionToken)
  if (accessKeyId === null || secretAccessKey === null) {
    if (accessKeyId !== null || secretAccessKey !== null) {
      throw badOptions('access-key-id and secret-access-key go together: one of them is missing or empty')
    }
    return null
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) }
}

function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw badOptions(`${name} is ${value}, it must be a whole number from ${min} to ${max}`)
  }
  return value
}
