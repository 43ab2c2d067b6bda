import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { putContent } from '../../test/instant-env.ts'
import { isRestoreError } from './errors.ts'
import { checkOutput, parseOutputPath, SIDECARS } from './output-path.ts'

for (const path of ['', '/', 'a/', '.', '..', '/data/..']) {
  test(`parseOutputPath: "${path}" → RESTORE_BAD_OPTIONS`, () => {
    assert.throws(
      () => parseOutputPath(path),
      (error) => isRestoreError(error, 'RESTORE_BAD_OPTIONS'),
    )
  })
}

test('parseOutputPath: with and without a directory → its parts', () => {
  assert.deepEqual(parseOutputPath('/a/b.db'), { path: '/a/b.db', directory: '/a', name: 'b.db' })
  assert.deepEqual(parseOutputPath('b.db'), { path: 'b.db', directory: '.', name: 'b.db' })
})

const output = parseOutputPath('/data/app.db')

test('checkOutput: nothing there, not even the directory → fine', async () => {
  assert.equal(await checkOutput(simEnv({ seed: 1 }).files, output, false), null)
})

test('checkOutput: an empty file → fine, and its mode is told', async () => {
  const env = simEnv({ seed: 1 })
  await putContent(env, '/data/app.db', new Uint8Array(0))
  assert.equal(await checkOutput(env.files, output, false), 0o640)
})

test('checkOutput: a file with content → RESTORE_EXISTS; with force fine', async () => {
  const env = simEnv({ seed: 1 })
  await putContent(env, '/data/app.db', new Uint8Array(1))
  await assert.rejects(checkOutput(env.files, output, false), (error) =>
    isRestoreError(error, 'RESTORE_EXISTS'),
  )
  assert.equal(await checkOutput(env.files, output, true), 0o640)
})

test('checkOutput: a directory → RESTORE_EXISTS, with force too', async () => {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/data/app.db')
  for (const force of [false, true]) {
    await assert.rejects(
      checkOutput(env.files, output, force),
      /RESTORE_EXISTS: \/data\/app\.db is a directory, not a file/,
    )
  }
})

test('checkOutput: a device → RESTORE_EXISTS that says what it is', async () => {
  const { files } = simEnv({ seed: 1 })
  await files.makeDirectory('/data')
  const there = await files.stat('/data')
  assert.ok(there !== null)
  const device = { stat: () => Promise.resolve({ ...there, kind: 'other' as const }) }
  await assert.rejects(
    checkOutput(device, output, true),
    /app\.db is a device, a pipe or a socket, not a file/,
  )
})

for (const suffix of SIDECARS) {
  test(`checkOutput: a stale ${suffix}, no database → RESTORE_STALE_SIDECAR; with force fine (litestream looks only beside a file)`, async () => {
    const env = simEnv({ seed: 1 })
    await putContent(env, `/data/app.db${suffix}`, new Uint8Array(0))
    await assert.rejects(checkOutput(env.files, output, false), (error) =>
      isRestoreError(error, 'RESTORE_STALE_SIDECAR'),
    )
    assert.equal(await checkOutput(env.files, output, true), null)
  })
}
