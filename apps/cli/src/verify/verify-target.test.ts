import assert from 'node:assert/strict'
import { join } from 'node:path'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { makeSoundReplica } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { verifyTarget } from './verify-target.ts'

test('verifyTarget: a replica by its URL, a directory relative to where the command runs → its report and name', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  const env = nodeEnv()
  const client = fileClient({ path: join(directory.path, 'replica'), env })
  const { io } = testIo({ environment: process.env, workingDirectory: directory.path })
  const target = { client, env, databasePath: null, metaPath: null }
  const verify = (dir: string) =>
    verifyTarget(target, { all: false, dir, parallelism: 1 }, io, new AbortController().signal)
  const { report, subject } = await verify('.')
  assert.deepEqual([report.proven, subject], [true, { replica: client.url, databasePath: null }])
  await assert.rejects(verify('nowhere'), /cannot make a temporary directory in .*nowhere/)
})
