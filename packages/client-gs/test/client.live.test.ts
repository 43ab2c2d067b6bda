import { randomBytes } from 'node:crypto'
import { describe, test } from 'vitest'
import type { ReplicaClient } from '@ltx/client-core'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { gsClient } from '../src/index.ts'

const given = process.env['LTX_SERVER_GS']
if (given === undefined) throw new Error('there is no server: run pnpm test:servers')
const { endpoint, bucket } = JSON.parse(given) as { endpoint: string; bucket: string }

const paths = new WeakMap<ReplicaClient, string>()

function clientAt(path: string): ReplicaClient {
  const client = gsClient({
    endpoint,
    bucket,
    path,
    env: nodeEnv(),
    partBytes: 256 * 1024,
    timeoutMs: 30_000,
  })
  paths.set(client, path)
  return client
}

const objectUrl = (client: ReplicaClient, path: string): string =>
  `${endpoint}/storage/v1/b/${bucket}/o/${encodeURIComponent(`${paths.get(client)}/${path}`)}`

describe('against fake-gcs-server', () => {
  replicaClientConformance(
    { describe, test, skip: test.skip },
    {
      create: async () => clientAt(`live/${randomBytes(8).toString('hex')}`),
      another: async (client) => clientAt(paths.get(client) ?? ''),
      async putForeign(client, path, bytes) {
        const name = encodeURIComponent(`${paths.get(client)}/${path}`)
        const url = `${endpoint}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${name}`
        const answer = await fetch(url, { method: 'POST', body: bytes.slice() })
        if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
      },
      async hasForeign(client, path) {
        const answer = await fetch(objectUrl(client, path))
        await answer.arrayBuffer()
        return answer.ok
      },
      lacks: {
        'counted-listings': 'the server does not count; the fake does',
        'provoked-failures': 'the server does not fail when told to; the fake does',
      },
      severalPages: 12, // the server's page has a thousand: a second one would take minutes; the fake's have two
    },
  )
})
