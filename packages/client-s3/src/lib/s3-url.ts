import { isIPv4 } from 'node:net'
import { posix } from 'node:path'
import { shownName } from '@ltx/client-core'
import { badOptions } from './errors.ts'

/** What a URL says by itself, before its query. */
export interface S3Place {
  readonly bucket: string
  /** The key prefix, as Litestream derives it: `.` when the URL has no path at all. */
  readonly path: string
  readonly region?: string
  readonly endpoint?: string
  readonly forcePathStyle?: boolean
  readonly query: URLSearchParams
  /** The host names AWS itself. */
  readonly isAws?: true
}

/**
 * Reads `s3://BUCKET/PATH?…`, the host names of the providers that have such, and access points.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 * @see spec-backends.md §2.3, spec-cli.md §3.4; litestream `replica_url.go`, `s3.ParseHost`
 */
export function parseS3Url(url: string): S3Place {
  if (/^s3:\/\/arn:/i.test(url)) return accessPoint(url.slice('s3://'.length))
  const match = /^s3:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is.exec(url)
  if (match === null) throw badOptions('the URL does not begin with s3://')
  const [, host = '', path = '', query = ''] = match
  if (host.includes('@')) {
    throw badOptions('credentials do not belong into the URL: give access-key-id and secret-access-key')
  }
  if (host === '') throw badOptions('bucket required: s3://BUCKET/PATH')
  return { path: cleanPath(path), query: new URLSearchParams(query), ...placeOfHost(host) }
}

/** As Go's `path.Clean`, without one slash at the start. */
function cleanPath(encoded: string): string {
  let path: string
  try {
    path = decodeURIComponent(encoded)
  } catch {
    throw badOptions('the path of the URL has a broken % escape')
  }
  return posix
    .normalize(path)
    .replace(/(?<=.)\/$/, '')
    .replace(/^\//, '')
}

const HOSTS: readonly [pattern: RegExp, place: (groups: Readonly<Record<string, string>>) => HostPlace][] = [
  [
    /^(?<bucket>.+)\.s3(?:\.(?<region>[^.]+))?\.amazonaws\.com$/i,
    ({ bucket = '', region = '' }) => ({ bucket, isAws: true, ...(region === '' ? {} : { region }) }),
  ],
  [
    /^(?:(?<bucket>.+)\.)?(?<region>[^.]+)\.digitaloceanspaces\.com$/i,
    ({ bucket = '', region = '' }) => at(bucket, region, `https://${region}.digitaloceanspaces.com`),
  ],
  [
    /^(?:(?<bucket>.+)\.)?s3\.(?<region>[^.]+)\.backblazeb2\.com$/i,
    ({ bucket = '', region = '' }) => ({
      ...at(bucket, region, `https://s3.${region}.backblazeb2.com`),
      forcePathStyle: true,
    }),
  ],
  [
    /^(?:(?<bucket>.+)\.)?s3\.filebase\.com$/i,
    ({ bucket = '' }) => ({ bucket, endpoint: 'https://s3.filebase.com', forcePathStyle: true }),
  ],
  [
    /^(?:(?<bucket>.+)\.)?s3\.(?<region>[^.]+)\.scw\.cloud$/i,
    ({ bucket = '', region = '' }) => at(bucket, region, `https://s3.${region}.scw.cloud`),
  ],
]

type HostPlace = Omit<S3Place, 'path' | 'query'>

function at(bucket: string, region: string, endpoint: string): HostPlace {
  return { bucket, region, endpoint, forcePathStyle: false }
}

function placeOfHost(host: string): HostPlace {
  if (host.includes(':') && !host.includes('.com')) return ownServer(host)
  for (const [pattern, place] of HOSTS) {
    const groups = pattern.exec(host)?.groups
    if (groups === undefined) continue
    const found = place(groups)
    if ((found.bucket ?? '') === '') {
      throw badOptions(
        `bucket required: ${shownName(host)} names a server only, put the bucket and a dot before it`,
      )
    }
    return found
  }
  return { bucket: host }
}

/** `BUCKET.HOST:PORT`, as for MinIO. */
function ownServer(host: string): HostPlace {
  const [name = ''] = host.split(':')
  const dot = host.indexOf('.')
  if (!name.includes('.') || isIPv4(name) || host.startsWith('[')) {
    throw badOptions(
      `bucket required: ${shownName(host)} names a server only; write s3://BUCKET.SERVER/PATH or s3://BUCKET/PATH?endpoint=SERVER`,
    )
  }
  return {
    bucket: host.slice(0, dot),
    region: 'us-east-1',
    endpoint: `http://${host.slice(dot + 1)}`,
    forcePathStyle: true,
  }
}

/** `arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME`, and a path after it. */
function accessPoint(arn: string): S3Place {
  const [place = '', query = ''] = arn.split('?', 2)
  const match = /^(arn:.*?:accesspoint\/[^/]+)(.*)$/is.exec(place)
  const region = place.split(':')[3] ?? ''
  if (match === null) {
    throw badOptions(
      'the URL is no ARN of an access point: s3://arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/PATH',
    )
  }
  const [, bucket = '', path = ''] = match
  return {
    bucket,
    path: path === '' ? '' : cleanPath(path),
    query: new URLSearchParams(query),
    ...(region === '' ? {} : { region }),
  }
}
