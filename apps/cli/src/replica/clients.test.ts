import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { openReplica, ownershipOf } from './clients.ts'

test('openReplica: a directory → a file client', async () => {
  await using client = await openReplica({ type: 'file', path: '/backup/app' }, nodeEnv())
  assert.deepEqual([client.type, client.url], ['file', 'file:///backup/app'])
})

test('ownershipOf: a database → mode and owner of it and its directory; none → nothing', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  assert.equal(await ownershipOf(path, nodeEnv()), undefined)
  await writeFile(path, '')
  await chmod(path, 0o640)
  await chmod(directory.path, 0o750)
  const ownership = await ownershipOf(path, nodeEnv())
  assert.deepEqual([ownership?.mode, ownership?.directoryMode], [0o640, 0o750])
  assert.deepEqual([ownership?.uid, ownership?.gid], [process.getuid?.(), process.getgid?.()])
})
