import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ReplicaClient } from '@ltx/client-core'
import type { ConformanceSubject } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { sftpClient, type SftpClientOptions } from '../src/index.ts'
import { PASSWORD, USER, type FakeServer, type Fault } from './fake-server.ts'

const FAULTS: Readonly<Record<'denied' | 'busy' | 'unreachable', Fault>> = {
  denied: { kind: 'refuse', status: 3 },
  busy: { kind: 'disconnect', reason: 12 }, // too many connections
  unreachable: { kind: 'cut' },
}

export function optionsOf(
  server: FakeServer,
  path: string,
  more: Partial<SftpClientOptions> = {},
): SftpClientOptions {
  const { port, hostKey } = server
  const access = { host: '127.0.0.1', port, user: USER, password: PASSWORD, hostKey }
  return { ...access, path, env: nodeEnv(), timeoutMs: 10_000, ...more }
}

export function clientOf(
  server: FakeServer,
  path: string,
  more: Partial<SftpClientOptions> = {},
): ReplicaClient {
  return sftpClient(optionsOf(server, path, more))
}

/** The client on paths of the fake. */
export function fakeSubject(server: FakeServer, more: Partial<SftpClientOptions> = {}): ConformanceSubject {
  const paths = new WeakMap<ReplicaClient, string>()
  let next = 0
  const pathOf = (client: ReplicaClient): string => {
    const path = paths.get(client)
    if (path === undefined) throw new TypeError('not a client of this subject')
    return path
  }
  const make = (path: string): ReplicaClient => {
    const client = clientOf(server, path, more)
    paths.set(client, path)
    return client
  }
  const real = (client: ReplicaClient, path: string): string => server.files.real(`${pathOf(client)}/${path}`)
  return {
    create: async () => make(`/backups/app-${next++}/db`),
    another: async (client) => make(pathOf(client)),
    async putForeign(client, path, bytes) {
      mkdirSync(dirname(real(client, path)), { recursive: true })
      writeFileSync(real(client, path), bytes)
    },
    hasForeign: async (client, path) => existsSync(real(client, path)),
    failNext: async (_client, failure) => server.fail(FAULTS[failure]),
    lacks: {
      'earliest-timestamps': 'files on a server have no metadata',
      'counted-listings': 'a directory comes in no order, so all of it is read before the first file',
    },
    secrets: [PASSWORD],
  }
}
