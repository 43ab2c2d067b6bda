import assert from 'node:assert/strict'
import { test } from 'vitest'
import { put } from '../../test/files-rows.ts'
import { simEnv } from './sim/sim-env.ts'
import { ofGoneProcess, olderThan, sweepTemporaries } from './sweep-temporaries.ts'

const OURS = 'a.ltx.7.0123456789abcdef.tmp'
const OTHERS = 'a.ltx.8.0123456789abcdef.tmp'
const LITESTREAM = 'b.ltx.tmp'

async function directoryWithLeftovers() {
  const { files, clock } = simEnv({ seed: 1 })
  await files.makeDirectory('/d/directory.tmp')
  for (const name of ['a.ltx', LITESTREAM, 'notes.txt']) await put(files, `/d/${name}`, '')
  await clock.advance(60_000)
  for (const name of [OURS, OTHERS]) await put(files, `/d/${name}`, '')
  return { files, clock }
}

test('sweepTemporaries: no options → every temporary file goes, nothing else', async () => {
  const { files } = await directoryWithLeftovers()
  assert.deepEqual(await sweepTemporaries(files, '/d'), [OURS, OTHERS, LITESTREAM])
  assert.deepEqual(await files.list('/d'), ['a.ltx', 'directory.tmp', 'notes.txt'])
})

test('sweepTemporaries: older than a minute → only what was not written to since', async () => {
  const { files, clock } = await directoryWithLeftovers()
  await clock.advance(1)
  assert.deepEqual(await sweepTemporaries(files, '/d', { isStale: olderThan(clock.wallMs(), 60_000) }), [
    LITESTREAM,
  ])
  assert.deepEqual(await sweepTemporaries(files, '/d', { isStale: olderThan(clock.wallMs(), 0) }), [
    OURS,
    OTHERS,
  ])
})

test('sweepTemporaries: of processes that are gone → not those of a live one, nor those that name none', async () => {
  const { files } = await directoryWithLeftovers()
  assert.deepEqual(await sweepTemporaries(files, '/d', { isStale: ofGoneProcess((id) => id === 8) }), [OURS])
})

test('sweepTemporaries: a missing directory → nothing to do', async () => {
  assert.deepEqual(await sweepTemporaries(simEnv({ seed: 1 }).files, '/d'), [])
})

test('sweepTemporaries: one cannot be removed → the system’s error', async () => {
  const { files } = await directoryWithLeftovers()
  files.failNext('remove', 'EACCES')
  await assert.rejects(sweepTemporaries(files, '/d'), { code: 'EACCES' })
})
