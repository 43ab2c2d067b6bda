import assert from 'node:assert/strict'
import { test } from 'vitest'
import { get, put, refused } from '../../test/files-rows.ts'
import { publishFile } from './publish-file.ts'
import { simEnv, type SimEnv } from './sim/sim-env.ts'

const PLACE = { directory: '/d', name: 'a', temporaryPath: '/d/a.1.0123456789abcdef.tmp' }

async function staged(): Promise<SimEnv> {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/d')
  await put(env.files, PLACE.temporaryPath, 'new')
  return env
}

for (const how of ['rename', 'link'] as const) {
  test(`publishFile: by ${how}, the name is free → the file has it, and no other`, async () => {
    const env = await staged()
    await publishFile(env, PLACE, how)
    assert.equal(await get(env.files, '/d/a'), 'new')
    assert.deepEqual(await env.files.list('/d'), ['a'])
  })
}

test('publishFile: by rename, the name is taken → replaced', async () => {
  const env = await staged()
  await put(env.files, '/d/a', 'old')
  await publishFile(env, PLACE, 'rename')
  assert.equal(await get(env.files, '/d/a'), 'new')
})

for (const hasLinks of [true, false]) {
  test(`publishFile: by link, the name is taken, ${hasLinks ? 'with' : 'without'} hard links → EEXIST, both kept`, async () => {
    const env = await staged()
    if (!hasLinks) env.files.withoutHardLinks()
    await put(env.files, '/d/a', 'old')
    await refused('EEXIST', () => publishFile(env, PLACE, 'link'))
    assert.equal(await get(env.files, '/d/a'), 'old')
    assert.equal(await get(env.files, PLACE.temporaryPath), 'new')
  })
}

test('publishFile: by link, no hard links → done by rename, with one warning for all files', async () => {
  const env = await staged()
  env.files.withoutHardLinks()
  await publishFile(env, PLACE, 'link')
  await put(env.files, PLACE.temporaryPath, 'second')
  await publishFile(env, { ...PLACE, name: 'b' }, 'link')
  assert.deepEqual(await env.files.list('/d'), ['a', 'b'])
  assert.deepEqual(
    env.logger.lines.map(({ level }) => level),
    ['warn'],
  )
})

for (const code of ['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM']) {
  test(`publishFile: link says ${code} → done by rename`, async () => {
    const env = await staged()
    env.files.failNext('link', code)
    await publishFile(env, PLACE, 'link')
    assert.deepEqual(await env.files.list('/d'), ['a'])
  })
}

test('publishFile: link fails for another reason → that error, no rename', async () => {
  const env = await staged()
  env.files.failNext('link', 'EIO')
  await refused('EIO', () => publishFile(env, PLACE, 'link'))
  assert.equal(await env.files.stat('/d/a'), null)
})

test('publishFile: linked, but the temporary stays → published, a warning', async () => {
  const env = await staged()
  env.files.failNext('remove', 'EIO')
  await publishFile(env, PLACE, 'link')
  assert.equal(await get(env.files, '/d/a'), 'new')
  assert.equal(env.logger.lines[0]?.message, 'cannot remove a temporary file')
})
