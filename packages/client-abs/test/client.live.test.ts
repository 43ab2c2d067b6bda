import { randomBytes } from 'node:crypto'
import { describe, test } from 'vitest'
import type { ReplicaClient } from '@ltx/client-core'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { absClient, type AbsClientOptions } from '../src/index.ts'
import { Connection } from '../src/lib/connect.ts'
import { checkOptions } from '../src/lib/options.ts'

const given = process.env['LTX_SERVER_ABS']
if (given === undefined) throw new Error('there is no server: run pnpm test:servers')
const server = JSON.parse(given) as { endpoint: string; account: string; key: string; container: string }

const { endpoint, account, container, key: accountKey } = server
const common = { endpoint, account, accountKey, container, env: nodeEnv(), partBytes: 256 * 1024 }
const places = new WeakMap<ReplicaClient, AbsClientOptions>()

function clientAt(path: string): ReplicaClient {
  const options = { ...common, path }
  const client = absClient(options)
  places.set(client, options)
  return client
}

/** The container itself, beside the client. */
function besides(client: ReplicaClient): { connection: Connection; prefix: string } {
  const options = places.get(client)
  if (options === undefined) throw new TypeError('not a client of this test')
  const settings = checkOptions(options)
  return { connection: new Connection(settings), prefix: settings.prefix }
}

describe('against azurite', () => {
  replicaClientConformance(
    { describe, test, skip: test.skip },
    {
      create: async () => clientAt(`live/${randomBytes(8).toString('hex')}`),
      another: async (client) => clientAt(places.get(client)?.path ?? ''),
      async putForeign(client, path, bytes) {
        const { connection, prefix } = besides(client)
        await connection.put('put', `${prefix}${path}`, bytes, { metadata: {}, md5: undefined }, {})
      },
      async hasForeign(client, path) {
        const { connection, prefix } = besides(client)
        return await connection.exists('look', `${prefix}${path}`, {})
      },
      lacks: {
        'counted-listings': 'the server does not count; the fake does',
        'provoked-failures': 'the server does not fail when told to; the fake does',
      },
      severalPages: 12, // the server's page has five thousand: a second one would take minutes; the fake's have two
      secrets: [accountKey],
    },
  )
})
