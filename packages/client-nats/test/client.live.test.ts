import { randomBytes } from 'node:crypto'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { Objm, type ObjectStore } from '@nats-io/obj'
import { afterAll, describe, test } from 'vitest'
import type { ReplicaClient } from '@ltx/client-core'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { natsClient, type NatsClientOptions } from '../src/index.ts'

const given = process.env['LTX_SERVER_NATS']
if (given === undefined) throw new Error('there is no server: run pnpm test:servers')
const server = JSON.parse(given) as Record<string, string>
const { url = '', user = '', password = '', bucket = '' } = server

const paths = new WeakMap<ReplicaClient, string>()

function clientAt(path: string, more: Partial<NatsClientOptions> = {}): ReplicaClient {
  const login = { username: user, password }
  const client = natsClient({
    server: url,
    bucket,
    path,
    env: nodeEnv(),
    timeoutMs: 30_000,
    ...login,
    ...more,
  })
  paths.set(client, path)
  return client
}

/** Other people's client, which has to agree with ours. */
const nats: NatsConnection = await connect({ servers: url, user, pass: password })
const store: ObjectStore = await new Objm(nats).open(bucket)
afterAll(() => nats.close())

describe('against nats-server', () => {
  replicaClientConformance(
    { describe, test, skip: test.skip },
    {
      create: async () => clientAt(`live/${randomBytes(8).toString('hex')}`),
      another: async (client) => clientAt(paths.get(client) ?? ''),
      putForeign: async (client, path, bytes) =>
        void (await store.putBlob({ name: `${paths.get(client)}/${path}` }, bytes)),
      hasForeign: async (client, path) => (await store.info(`${paths.get(client)}/${path}`)) !== null,
      secrets: [password],
      lacks: {
        'counted-listings':
          'the store lists in the order of writing, so all of it is read before the first file',
        'provoked-failures': 'the server does not fail when told to; the fake does',
      },
    },
  )
})
