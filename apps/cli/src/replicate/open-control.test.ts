import assert from 'node:assert/strict'
import { lstat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { askSocket } from '../../test/control-scene.ts'
import { startInProcess, type InProcess } from '../../test/in-process.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'

async function start(directory: string, yaml: string, words: readonly string[] = []): Promise<InProcess> {
  await writeFile(join(directory, 'x.yml'), yaml)
  return startInProcess(['replicate', ...words, '-config', 'x.yml'], directory)
}

test('replicate: socket enabled, with permissions → there with them while it runs, gone afterwards', async () => {
  await using directory = await temporaryDirectory()
  const running = await start(directory.path, 'socket: {enabled: true, path: s.sock, permissions: 0660}')
  await running.says('control socket is open')
  const path = join(directory.path, 's.sock')
  assert.equal((await lstat(path)).mode & 0o777, 0o660)
  const { status } = await askSocket(path, '/info')
  assert.equal(status, 200)
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
  await assert.rejects(lstat(path), /ENOENT/)
})

test('replicate: socket not enabled → none; a path that cannot be had → an error in the log, and it goes on', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 's.sock')
  const without = await start(directory.path, 'socket: {path: s.sock}')
  await without.says('no databases')
  without.signal('SIGTERM')
  await without.exitCode
  await writeFile(path, 'precious')
  const blocked = await start(directory.path, 'socket: {enabled: true, path: s.sock}')
  await blocked.says('no control socket; replication goes on without it')
  assert.match(blocked.output.stdout, /level=ERROR .*exists and is no socket/)
  blocked.signal('SIGTERM')
  assert.equal(await blocked.exitCode, 0)
  assert.ok((await lstat(path)).isFile())
})
