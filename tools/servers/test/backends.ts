import { absClient, absOptionsFrom } from '@ltx/client-abs'
import type { ReplicaClient } from '@ltx/client-core'
import { fileClient } from '@ltx/client-file'
import { gsClient, gsOptionsFrom } from '@ltx/client-gs'
import { s3Client, s3OptionsFrom } from '@ltx/client-s3'
import { sftpClient, sftpOptionsFrom } from '@ltx/client-sftp'
import type { Env } from '@ltx/env'
import { serverSettings, type ServerSettings } from '../src/index.ts'

/** Where a backend is met: directly, or through something on another port. */
export interface Place {
  readonly env: Env
  /** Of its own for each test: below it is one replica. */
  readonly path: string
  /** Of requests, in ms. */
  readonly timeoutMs: number
  /** What the server's variable carries, with the port in place of the server's own if there is a proxy. */
  readonly server: ServerSettings
}

export interface Backend {
  readonly name: string
  /** The variable with the server's settings; `null`: there is no server. */
  readonly variable: string | null
  /** Which of the settings has the port. */
  readonly port?: string
  /** What its protocol is, for faults that need to know. */
  readonly protocol: 'none' | 'http' | 'other'
  readonly client: (place: Place) => ReplicaClient
}

/** Every backend that there is. A new one is one row, and how it is configured. */
export const BACKENDS: readonly Backend[] = [
  { name: 'file', variable: null, protocol: 'none', client: fileReplica },
  { name: 's3', variable: 'LTX_SERVER_S3', port: 'endpoint', protocol: 'http', client: s3Replica },
  { name: 'gs', variable: 'LTX_SERVER_GS', port: 'endpoint', protocol: 'http', client: gsReplica },
  { name: 'abs', variable: 'LTX_SERVER_ABS', port: 'endpoint', protocol: 'http', client: absReplica },
  { name: 'sftp', variable: 'LTX_SERVER_SFTP', port: 'port', protocol: 'other', client: sftpReplica },
]

function fileReplica({ path, env }: Place): ReplicaClient {
  return fileClient({ path, env })
}

function s3Replica({ path, env, timeoutMs, server }: Place): ReplicaClient {
  const url = `s3://${server['bucket']}/${path}`
  const keys = named(server, {
    endpoint: 'endpoint',
    region: 'region',
    'access-key-id': 'accessKeyId',
    'secret-access-key': 'secretAccessKey',
  })
  return s3Client({ ...s3OptionsFrom({ url, keys, environment: {} }), env, timeoutMs })
}

function gsReplica({ path, env, timeoutMs, server }: Place): ReplicaClient {
  const url = `gs://${server['bucket']}/${path}?endpoint=${server['endpoint']}`
  return gsClient({ ...gsOptionsFrom({ url, keys: {}, environment: {} }), env, timeoutMs })
}

function absReplica({ path, env, timeoutMs, server }: Place): ReplicaClient {
  const url = `abs://${server['account']}@${server['container']}/${path}`
  const keys = named(server, { endpoint: 'endpoint', 'account-key': 'key' })
  return absClient({ ...absOptionsFrom({ url, keys, environment: {} }), env, timeoutMs })
}

function sftpReplica({ path, env, timeoutMs, server }: Place): ReplicaClient {
  const url = `sftp://${server['user']}@${server['host']}:${server['port']}${server['directory']}/${path}`
  const keys = named(server, { 'key-path': 'keyPath', 'host-key': 'hostKey' })
  return sftpClient({ ...sftpOptionsFrom({ url, keys, environment: {} }), env, timeoutMs })
}

/** Settings of a server under the names that litestream.yml has for them. */
function named(server: ServerSettings, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, String(server[name])]))
}

/** The port of a backend's server. */
export function serverPort(backend: Backend): number {
  const settings = settingsOf(backend)
  const value = settings[backend.port ?? '']
  if (typeof value === 'number') return value
  const port = Number(new URL(value ?? '').port)
  if (port === 0) throw new Error(`${backend.name}: there is no port in ${value}`)
  return port
}

/** The settings with another port wherever the server's own is. */
export function settingsThrough(backend: Backend, port: number | null): ServerSettings {
  const settings = settingsOf(backend)
  if (port === null) return settings
  const own = serverPort(backend)
  const through = Object.entries(settings).map(([name, value]) => {
    if (value === own) return [name, port] as const
    return [name, String(value).replaceAll(`127.0.0.1:${own}`, `127.0.0.1:${port}`)] as const
  })
  return Object.fromEntries(through)
}

function settingsOf({ variable }: Backend): ServerSettings {
  return variable === null ? {} : serverSettings(variable)
}
