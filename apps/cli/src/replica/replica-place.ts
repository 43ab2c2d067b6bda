import type { ReplicaSettings } from '@ltx/client-core'

/** Storages that are reached over a network. */
export const REMOTE_TYPES = ['s3', 'gs', 'abs', 'sftp', 'webdav', 'nats', 'oss'] as const
export type RemoteType = (typeof REMOTE_TYPES)[number]

/** Where a replica is; plain data, nothing opened. */
export type ReplicaPlace = FilePlace | RemotePlace

export interface FilePlace {
  readonly type: 'file'
  /** Absolute. */
  readonly path: string
}

export interface RemotePlace {
  readonly type: RemoteType
  readonly settings: ReplicaSettings
  /** Where in the configuration file it stands, for messages; `null` on a command line. */
  readonly where: string | null
}

/** The same storage, at a path below this one; `name` may hold slashes, and any other character. */
export function placeBelow(place: ReplicaPlace, name: string): ReplicaPlace {
  if (place.type === 'file') return { ...place, path: `${place.path}/${name}` }
  const { url, keys } = place.settings
  if (url === undefined || place.type === 'nats') {
    // The path of a NATS URL is the bucket.
    const path = typeof keys['path'] === 'string' ? keys['path'] : ''
    return withSettings(place, { ...place.settings, keys: { ...keys, path: joined(path, name) } })
  }
  const [, before = url, query = ''] = /^([^?#]*)(.*)$/s.exec(url) ?? []
  const encoded = name.split('/').map(encodeURIComponent).join('/')
  return withSettings(place, { ...place.settings, url: `${joined(before, encoded)}${query}` })
}

function withSettings(place: RemotePlace, settings: ReplicaSettings): RemotePlace {
  return { ...place, settings }
}

function joined(path: string, name: string): string {
  return path === '' || path.endsWith('/') ? `${path}${name}` : `${path}/${name}`
}
