import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { prepareLevel, TEMPORARY_STALE_MS } from './connect.ts'
import { checkOptions, type DatabaseOwnership, type FileSettings } from './options.ts'

const DIRECTORY = '/backup/app/ltx/0'
const FILE = '0000000000000001-0000000000000001.ltx'

function settingsOf(env: SimEnv, database?: DatabaseOwnership): FileSettings {
  return checkOptions({ path: '/backup/app', env, database })
}

async function touch(env: SimEnv, name: string): Promise<void> {
  await env.files.makeDirectory(DIRECTORY)
  await using handle = await env.files.open(`${DIRECTORY}/${name}`, 'create')
  await handle.setTimes(1000) // long ago, as the header of a compacted file may say
}

test('prepareLevel: nothing there → every directory with the mode and owner of the database', async () => {
  const env = simEnv({ seed: 1 })
  const settings = settingsOf(env, { directoryMode: 0o750, uid: 12, gid: 34 })
  assert.equal(await prepareLevel(settings, 0), DIRECTORY)
  for (const path of ['/backup', '/backup/app', '/backup/app/ltx', DIRECTORY]) {
    const stat = await env.files.stat(path)
    assert.deepEqual([stat?.kind, stat?.mode, stat?.uid, stat?.gid], ['directory', 0o750, 12, 34], path)
  }
})

test('prepareLevel: a directory that is there → keeps its mode and owner', async () => {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/backup', { mode: 0o711 })
  const before = await env.files.stat('/backup')
  await prepareLevel(settingsOf(env, { directoryMode: 0o750, uid: 12, gid: 34 }), 0)
  const after = await env.files.stat('/backup')
  assert.deepEqual([after?.mode, after?.uid], [before?.mode, before?.uid])
})

test('prepareLevel: the system lets us give nothing away → the directories are there all the same', async () => {
  const env = simEnv({ seed: 1 })
  env.files.failAlways('setOwner', 'EPERM')
  await prepareLevel(settingsOf(env, { uid: 12, gid: 34 }), 0)
  assert.equal((await env.files.stat(DIRECTORY))?.kind, 'directory')
})

test('prepareLevel: made and then a power loss → the directories are still there', async () => {
  const env = simEnv({ seed: 1 })
  await prepareLevel(settingsOf(env), 0)
  assert.equal((await env.restart('nothing').files.stat(DIRECTORY))?.kind, 'directory')
})

test('prepareLevel: temporaries, ours and litestream’s, untouched for an hour → removed; nothing else is', async () => {
  const env = simEnv({ seed: 1 })
  const others = [FILE, 'notes.txt', `${FILE}.bak`]
  const stale = [`${FILE}.4711.0123456789abcdef.tmp`, `${FILE}.tmp`]
  for (const name of [...others, ...stale]) await touch(env, name)
  await env.files.makeDirectory(`${DIRECTORY}/${FILE}.1.0123456789abcdef.tmp`)
  await env.clock.advance(TEMPORARY_STALE_MS + 1)
  await prepareLevel(settingsOf(env), 0)
  assert.deepEqual(await env.files.list(DIRECTORY), [...others, `${FILE}.1.0123456789abcdef.tmp`].toSorted())
})

test('prepareLevel: a temporary touched within the hour, whatever its mtime → stays, somebody writes it', async () => {
  const env = simEnv({ seed: 1 })
  const name = `${FILE}.4711.0123456789abcdef.tmp`
  await touch(env, name)
  await env.clock.advance(TEMPORARY_STALE_MS - 1)
  await prepareLevel(settingsOf(env), 0)
  assert.deepEqual(await env.files.list(DIRECTORY), [name])
})

test('prepareLevel: a temporary that cannot be removed → a warning, no failure', async () => {
  const env = simEnv({ seed: 1 })
  await touch(env, `${FILE}.tmp`)
  await env.clock.advance(TEMPORARY_STALE_MS + 1)
  env.files.failNext('remove', 'EACCES')
  assert.equal(await prepareLevel(settingsOf(env), 0), DIRECTORY)
  assert.equal(
    env.logger.lines.some(({ level }) => level === 'warn'),
    true,
  )
})

test('prepareLevel: a writer died after it gave its file the real name → the temporary goes at once, the file stays', async () => {
  const env = simEnv({ seed: 1 })
  const [linked, other] = [`${FILE}.4711.0123456789abcdef.tmp`, `${FILE}.4712.0123456789abcdef.tmp`]
  for (const name of [linked, other]) await touch(env, name)
  await env.files.link(`${DIRECTORY}/${linked}`, `${DIRECTORY}/${FILE}`)
  await prepareLevel(settingsOf(env), 0)
  assert.deepEqual(await env.files.list(DIRECTORY), [FILE, other])
})
