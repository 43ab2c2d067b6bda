import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { makeLegacyReplica } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { verifyJob } from '../../test/verify-job.ts'
import { Findings } from './finding.ts'
import { verifyLegacy } from './verify-legacy.ts'

test('verifyLegacy: a replica of Litestream 0.3; its snapshot is gone → proven; not, and nothing is left', async () => {
  await using directory = await temporaryDirectory()
  await makeLegacyReplica(join(directory.path, 'old'))
  const client = fileClient({ path: join(directory.path, 'old'), env: nodeEnv() })
  const job = verifyJob(client, { directory: directory.path })
  const sound = await verifyLegacy(job, new Findings(job.env.clock, job.signal))
  assert.deepEqual([sound.proven, sound.txid, sound.bytes], [true, null, 8192])
  await rm(join(directory.path, 'old/generations/0123456789abcdef/snapshots'), { recursive: true })
  const gone = await verifyLegacy(job, new Findings(job.env.clock, job.signal))
  assert.deepEqual(
    [gone.proven, ...gone.findings.map(({ result }) => result)],
    [false, 'failed', 'skipped', 'skipped'],
  )
  assert.deepEqual(await readdir(directory.path), ['old'])
})
