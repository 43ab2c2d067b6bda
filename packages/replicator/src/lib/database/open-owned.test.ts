import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { LocalFiles } from './local-files.ts'
import { openOwned, sweepState, type OwnedDatabase } from './open-owned.ts'

function open({ env, driver, path, metaPath, kept }: World): OwnedDatabase | null {
  return openOwned({ env, driver, path, metaPath, kept })
}

function close({ opened, lock }: OwnedDatabase): void {
  opened.pin.close()
  opened.files.close()
  lock.release()
}

test('openOwned: a database → opened, its state folder is there and ours alone', () => {
  using world = new World()
  const owned = open(world)
  assert.ok(owned !== null && existsSync(`${world.metaPath}/ltx/0`))
  assert.throws(() => open(world), { code: 'REPLICATOR_LOCKED' })
  close(owned)
  const again = open(world)
  assert.ok(again !== null)
  close(again)
})

test('openOwned: no file, or an empty one → null, and no folder is made', () => {
  using world = new World()
  world.app.close()
  world.writeDatabase(new Uint8Array(0))
  assert.equal(open(world), null)
  assert.ok(!existsSync(world.metaPath))
})

test('openOwned: it cannot be opened → the lock is given back', () => {
  using world = new World()
  world.app.close()
  world.writeDatabase(new TextEncoder().encode('no database, but long enough. '.repeat(200)))
  for (let attempt = 0; attempt < 2; attempt++) {
    assert.throws(() => open(world), { code: 'REPLICATOR_NOT_A_DATABASE' })
  }
})

test('sweepState: temporaries, staged snapshots, scans → gone; level 0 files stay', () => {
  using world = new World()
  const { metaPath, env } = world
  for (const folder of ['ltx/0', 'snapshot', 'scan/ltx/0'])
    mkdirSync(`${metaPath}/${folder}`, { recursive: true })
  const file = '0000000000000001-0000000000000001.ltx'
  for (const name of [
    `ltx/0/${file}`,
    `ltx/0/${file}.7.0123456789abcdef.tmp`,
    `snapshot/${file}`,
    'seal.tmp',
  ]) {
    writeFileSync(`${metaPath}/${name}`, 'x')
  }
  sweepState(env, new LocalFiles(env.blockingFiles, metaPath))
  assert.deepEqual(env.blockingFiles.list(metaPath), ['ltx'])
  assert.deepEqual(env.blockingFiles.list(`${metaPath}/ltx/0`), [file])
})
