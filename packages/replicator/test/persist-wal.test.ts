import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { persistWalExtension, type SqliteExtension } from '@ltx/kernels'
import { test, type TestContext } from 'vitest'
import { World } from './world.ts'

// What the addon's extension of SQLite changes: the last to close leaves the -wal, and the next start finds in it where it was.

function extensionOrSkip(context: TestContext): SqliteExtension {
  const extension = persistWalExtension()
  if (extension !== null) return extension
  const reason = '@ltx/native is not built: pnpm build:native'
  assert.notEqual(process.env['NATIVE'], '1', reason)
  return context.skip(reason)
}

function walBytesOf(world: World): number | undefined {
  return statSync(`${world.path}-wal`, { throwIfNoEntry: false })?.size
}

/** We are the last to close, and cannot leave a seal; then we start again. */
async function startAgain(
  world: World,
): Promise<{ walBytes: number | undefined; resync: unknown; reads: number }> {
  world.insert(2000)
  const follower = await world.follow()
  world.insert(3)
  await follower.sync()
  world.app.close()
  const mend = world.files.fail('rename', 'EIO', '/seal')
  await follower.close()
  mend()
  const walBytes = walBytesOf(world)
  let reads = 0
  world.files.before((call, path) => {
    if (call === 'read' && path === world.path) reads++
  })
  const again = await world.follow()
  const report = await again.sync()
  world.app = world.connect()
  world.insert()
  await again.sync()
  world.assertCaptured()
  return { walBytes, resync: report.kind === 'synced' ? report.resync : report, reads }
}

test('last to close, with the extension → the WAL stays, checkpointed; the next start goes on from it and reads no page', async (context) => {
  using world = new World({ persistWal: extensionOrSkip(context) })
  const { walBytes, resync, reads } = await startAgain(world)
  assert.ok(walBytes !== undefined && walBytes > 32, `${walBytes} bytes of WAL`)
  assert.deepEqual([resync, reads], [null, 0])
})

test('last to close, without it → SQLite deletes the WAL; the next start compares the database', async () => {
  using world = new World({ persistWal: null })
  const { walBytes, resync, reads } = await startAgain(world)
  assert.equal(walBytes, undefined)
  assert.deepEqual(resync, { because: 'not-covered', full: false })
  assert.ok(reads > 0)
})

test('an application closes last → it deletes the WAL, with the extension or without', async (context) => {
  using world = new World({ persistWal: extensionOrSkip(context) })
  const follower = await world.follow()
  world.insert(3)
  await follower.sync()
  await follower.close()
  assert.ok(walBytesOf(world) !== undefined)
  world.app.close()
  assert.equal(walBytesOf(world), undefined)
  world.app = world.connect()
})

test('an extension that does not load → the connection is opened all the same', async () => {
  using world = new World({ persistWal: { file: '/nowhere/ltx-native.node', entryPoint: 'none' } })
  const follower = await world.follow()
  world.insert(3)
  await follower.sync()
  world.assertCaptured()
})
