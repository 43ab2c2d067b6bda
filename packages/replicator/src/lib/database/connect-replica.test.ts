import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError, type ClientErrorCode } from '@ltx/client-core'
import { silentLogger } from '@ltx/env/node'
import { simEnv } from '@ltx/env/sim'
import { passTime } from '../../../test/pass-time.ts'
import { connectReplica } from './connect-replica.ts'
import { ReplicaWait } from './replica-wait.ts'

function connect(code: ClientErrorCode, said: string[]): Promise<void> {
  const { clock } = simEnv({ seed: 1 })
  const logger = { ...silentLogger, log: (_: string, message: string) => void said.push(message) }
  const init = (): Promise<void> => Promise.reject(new ClientError(code, 'a test'))
  return passTime(clock, connectReplica({ logger }, { init, url: 'x://y' }, new ReplicaWait(clock), {}))
}

test('connectReplica: it cannot be reached → said, and gone on without it', async () => {
  const said: string[] = []
  await connect('CLIENT_UNREACHABLE', said)
  assert.deepEqual(said, ['a replica cannot be reached; its databases are followed all the same'])
})

test('connectReplica: it is refused → its error', async () => {
  await assert.rejects(connect('CLIENT_DENIED', []), { code: 'CLIENT_DENIED' })
})
