import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { MemoryLogger } from '@ltx/env/sim'
import { test } from 'vitest'
import { makeLegacyReplica, makeReplica } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import type { FoundReplica } from '../replica/find-replica.ts'
import type { RestoreJob } from './restore-job.ts'
import { restoreOnce } from './restore-once.ts'

const flags = { parallelism: 8, force: false, json: true } as RestoreJob['flags']

test('restoreOnce: both formats, the old one with newer data, then without it → the newer one each time, said in log and JSON', async () => {
  await using directory = await temporaryDirectory()
  await makeReplica(directory.path)
  await makeLegacyReplica(directory.path)
  const logger = new MemoryLogger()
  const env = nodeEnv({ logger })
  await using client = fileClient({ path: directory.path, env })
  const replica = { client, env, logger } as unknown as FoundReplica
  const txids: unknown[] = []
  for (const output of ['old.db', 'new.db']) {
    const { io, output: printed } = testIo()
    const outputPath = join(directory.path, output)
    const job = {
      argument: 'x',
      output,
      outputPath,
      target: { kind: 'latest' },
      check: 'none',
      flags,
      io,
    } as const
    await restoreOnce(job, replica, new AbortController().signal)
    txids.push((JSON.parse(printed.stdout) as { txid: string }).txid)
    await rm(join(directory.path, 'generations'), { recursive: true, force: true })
  }
  assert.deepEqual(txids, ['', '0000000000000003'])
  assert.deepEqual(
    logger.lines.map(({ message }) => message),
    ['database restored from a replica of Litestream 0.3', 'database restored'],
  )
})
