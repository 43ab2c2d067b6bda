import { absClient, absOptionsFrom } from '@ltx/client-abs'
import type { ReplicaClient, RequestObserver } from '@ltx/client-core'
import { fileClient } from '@ltx/client-file'
import { gsClient, gsOptionsFrom } from '@ltx/client-gs'
import { s3Client, s3OptionsFrom } from '@ltx/client-s3'
import { natsClient, natsOptionsFrom } from '@ltx/client-nats'
import { ossClient, ossOptionsFrom } from '@ltx/client-oss'
import { sftpClient, sftpOptionsFrom } from '@ltx/client-sftp'
import { webdavClient, webdavOptionsFrom } from '@ltx/client-webdav'
import type { Env } from '@ltx/env'
import { createObjectStore, serverSettings, type ServerSettings } from '../src/index.ts'
import { ossServer } from './oss-server.ts'

/** Where a backend is met: directly, or through something on another port. */
export interface Place {
  readonly env: Env
  /** Of its own for each test: below it is one replica. */
  readonly path: string
  /** Of requests, in ms. */
  readonly timeoutMs: number
  /** What the server's variable carries, with the port in place of the server's own if there is a proxy. */
  readonly server: ServerSettings
  /** Told of every request; a replica in a directory makes none. */
  readonly onRequest?: RequestObserver | undefined
}

export interface Backend {
  readonly name: string
  /** How it is reached; `none`: not through the network. */
  readonly protocol: 'none' | 'http' | 'other'
  /** What is known of its server. */
  readonly server: () => ServerSettings | Promise<ServerSettings>
  /** Nobody notices a bit that changes on its way up, without TLS. Elsewhere the client sends a checksum, or the protocol has one. */
  readonly storesFlippedBits?: true
  /** Which of the settings has the port. */
  readonly port: string | null
  /** Makes what a replica needs and a client does not make. */
  readonly prepare?: (place: Pick<Place, 'path' | 'server'>) => Promise<void>
  readonly client: (place: Place) => ReplicaClient
}

/** Every backend that there is. A new one is one row, and how it is configured. */
export const BACKENDS: readonly Backend[] = [
  { name: 'file', protocol: 'none', server: () => ({}), port: null, client: fileReplica },
  { name: 's3', protocol: 'http', server: from('LTX_SERVER_S3'), port: 'endpoint', client: s3Replica },
  { name: 'gs', protocol: 'http', server: from('LTX_SERVER_GS'), port: 'endpoint', client: gsReplica },
  { name: 'abs', protocol: 'http', server: from('LTX_SERVER_ABS'), port: 'endpoint', client: absReplica },
  { name: 'sftp', protocol: 'other', server: from('LTX_SERVER_SFTP'), port: 'port', client: sftpReplica },
  {
    name: 'webdav',
    protocol: 'http',
    storesFlippedBits: true,
    server: from('LTX_SERVER_WEBDAV'),
    port: 'url',
    client: webdavReplica,
  },
  {
    name: 'nats',
    protocol: 'other',
    storesFlippedBits: true,
    server: from('LTX_SERVER_NATS'),
    port: 'url',
    prepare: natsBucket,
    client: natsReplica,
  },
  { name: 'oss', protocol: 'http', server: ossServer, port: 'endpoint', client: ossReplica },
]

function fileReplica({ path, env }: Place): ReplicaClient {
  return fileClient({ path, env })
}

function s3Replica({ path, env, timeoutMs, server, onRequest }: Place): ReplicaClient {
  const url = `s3://${server['bucket']}/${path}`
  const keys = named(server, {
    endpoint: 'endpoint',
    region: 'region',
    'access-key-id': 'accessKeyId',
    'secret-access-key': 'secretAccessKey',
  })
  return s3Client({ ...s3OptionsFrom({ url, keys, environment: {} }), env, timeoutMs, onRequest })
}

function gsReplica({ path, env, timeoutMs, server, onRequest }: Place): ReplicaClient {
  const url = `gs://${server['bucket']}/${path}?endpoint=${server['endpoint']}`
  return gsClient({ ...gsOptionsFrom({ url, keys: {}, environment: {} }), env, timeoutMs, onRequest })
}

function absReplica({ path, env, timeoutMs, server, onRequest }: Place): ReplicaClient {
  const url = `abs://${server['account']}@${server['container']}/${path}`
  const keys = named(server, { endpoint: 'endpoint', 'account-key': 'key' })
  return absClient({ ...absOptionsFrom({ url, keys, environment: {} }), env, timeoutMs, onRequest })
}

function sftpReplica({ path, env, timeoutMs, server, onRequest }: Place): ReplicaClient {
  const url = `sftp://${server['user']}@${server['host']}:${server['port']}${server['directory']}/${path}`
  const keys = named(server, { 'key-path': 'keyPath', 'host-key': 'hostKey' })
  return sftpClient({ ...sftpOptionsFrom({ url, keys, environment: {} }), env, timeoutMs, onRequest })
}

function webdavReplica({ path, env, timeoutMs, server, onRequest }: Place): ReplicaClient {
  const keys = named(server, {
    'webdav-url': 'url',
    'webdav-username': 'user',
    'webdav-password': 'password',
  })
  return webdavClient({
    ...webdavOptionsFrom({ keys: { ...keys, path }, environment: {} }),
    env,
    timeoutMs,
    onRequest,
  })
}

/** A replica has an object store of its own, which must exist. */
async function natsBucket({ path, server }: Pick<Place, 'path' | 'server'>): Promise<void> {
  const login = named(server, { user: 'user', pass: 'password' })
  await createObjectStore({ port: Number(new URL(String(server['url'])).port), login, bucket: path })
}

function natsReplica({ path, env, timeoutMs, server, onRequest }: Place): ReplicaClient {
  const url = `${server['url']}/${path}`
  const keys = named(server, { username: 'user', password: 'password' })
  return natsClient({ ...natsOptionsFrom({ url, keys, environment: {} }), env, timeoutMs, onRequest })
}

function ossReplica({ path, env, timeoutMs, server, onRequest }: Place): ReplicaClient {
  const url = `oss://${server['bucket']}/${path}`
  const keys = named(server, {
    endpoint: 'endpoint',
    region: 'region',
    'access-key-id': 'accessKeyId',
    'secret-access-key': 'secretAccessKey',
  })
  return ossClient({ ...ossOptionsFrom({ url, keys, environment: {} }), env, timeoutMs, onRequest })
}

/** Settings of a server under the names that litestream.yml has for them. */
function named(server: ServerSettings, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, String(server[name])]))
}

function from(variable: string): () => ServerSettings {
  return () => serverSettings(variable)
}

/** The port of a backend's server. */
export function portOf(backend: Backend, server: ServerSettings): number {
  const value = server[backend.port ?? '']
  const port = typeof value === 'string' ? Number(new URL(value).port) : value
  if (port === undefined || port === 0) throw new Error(`${backend.name}: its server has no port`)
  return port
}

/** The settings with another port wherever the server's own is. */
export function settingsThrough(backend: Backend, server: ServerSettings, port: number): ServerSettings {
  const own = portOf(backend, server)
  const through = Object.entries(server).map(([name, value]) => {
    if (value === own) return [name, port] as const
    return [name, String(value).replaceAll(`127.0.0.1:${own}`, `127.0.0.1:${port}`)] as const
  })
  return Object.fromEntries(through)
}
