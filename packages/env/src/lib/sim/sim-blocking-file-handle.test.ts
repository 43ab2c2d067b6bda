import assert from 'node:assert/strict'
import { test } from 'vitest'
import { get } from '../../../test/files-rows.ts'
import { systemErrorCode } from '../system-error.ts'
import { simEnv } from './sim-env.ts'

const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    systemErrorCode(error) === code

test('SimBlockingFileHandle: the disk is full → what fits is written, then ENOSPC; room is made → goes on', async () => {
  const { files, blockingFiles } = simEnv({ seed: 1 })
  files.setCapacity(6)
  using other = blockingFiles.open('/other', 'create')
  other.write(Uint8Array.of(1, 2), 0)
  using handle = blockingFiles.open('/a', 'create')
  assert.throws(() => handle.write(new TextEncoder().encode('abcdef'), 0), withCode('ENOSPC'))
  assert.equal(await get(files, '/a'), 'abcd')
  assert.equal(files.usedBytes(), 6)
  handle.write(new TextEncoder().encode('AB'), 0) // no growth, no room needed
  assert.throws(() => handle.write(new Uint8Array(1), 4), withCode('ENOSPC'))
  blockingFiles.remove('/other')
  handle.write(new TextEncoder().encode('ef'), 4)
  assert.equal(await get(files, '/a'), 'ABcdef')
})

test('SimBlockingFileHandle: a sync that failed → a later one succeeds, and a power loss still takes the data', () => {
  const { files, blockingFiles } = simEnv({ seed: 1 })
  using handle = blockingFiles.open('/a', 'create')
  blockingFiles.syncDirectory('/')
  handle.write(new Uint8Array(3), 0)
  files.failNext('sync', 'EIO')
  assert.throws(() => handle.syncData(), withCode('EIO'))
  handle.sync()
  files.crash()
  assert.equal(blockingFiles.stat('/a')?.size, 0)
})

test('SimBlockingFileHandle: a close that fails → closed all the same', () => {
  const { files, blockingFiles } = simEnv({ seed: 1 })
  const handle = blockingFiles.open('/a', 'create')
  files.failNext('close', 'EIO')
  assert.throws(() => handle.close(), withCode('EIO'))
  handle.close()
  assert.throws(() => handle.stat(), withCode('EBADF'))
})
