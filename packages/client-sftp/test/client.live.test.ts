import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'vitest'
import { isClientError, type ReplicaClient } from '@ltx/client-core'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { sftpClient } from '../src/index.ts'

const given = process.env['LTX_SERVER_SFTP']
if (given === undefined) throw new Error('there is no server: run pnpm test:servers')
const server = JSON.parse(given) as {
  host: string
  port: number
  user: string
  keyPath: string
  hostKey: string
  directory: string
}

const { directory, ...access } = server
const paths = new WeakMap<ReplicaClient, string>()

function clientAt(path: string): ReplicaClient {
  const client = sftpClient({ ...access, path, env: nodeEnv() })
  paths.set(client, path)
  return client
}

/** The server's files are this machine's. */
function real(client: ReplicaClient, path: string): string {
  return join(paths.get(client) ?? '', path)
}

describe('against sshd', () => {
  replicaClientConformance(
    { describe, test, skip: test.skip },
    {
      create: async () => clientAt(join(directory, 'live', randomBytes(8).toString('hex'))),
      another: async (client) => clientAt(paths.get(client) ?? ''),
      async putForeign(client, path, bytes) {
        mkdirSync(dirname(real(client, path)), { recursive: true })
        writeFileSync(real(client, path), bytes)
      },
      hasForeign: async (client, path) => existsSync(real(client, path)),
      lacks: {
        'earliest-timestamps': 'files on a server have no metadata',
        'counted-listings': 'a directory comes in no order, so all of it is read before the first file',
        'provoked-failures': 'the server does not fail when told to; the fake does',
      },
      severalPages: 105, // the server tells a hundred names at a time
      secrets: [],
    },
  )
})

test('sshd with another host key than the one given → CLIENT_DENIED, with both fingerprints', async () => {
  const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
  await using client = sftpClient({ ...access, hostKey: other, path: directory, env: nodeEnv() })
  await assert.rejects(client.init(), (error) => {
    assert.ok(isClientError(error, 'CLIENT_DENIED'))
    assert.match(error.message, /host key mismatch.*SHA256:.*SHA256:\+DiY3wvvV6TuJJhbpZisF/)
    return true
  })
})
