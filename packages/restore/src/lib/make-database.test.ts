import assert from 'node:assert/strict'
import { test } from 'vitest'
import { contentOf, instantEnv } from '../../test/instant-env.ts'
import { isRestoreError } from './errors.ts'
import { makeDatabase, type MakeOptions } from './make-database.ts'
import { parseOutputPath } from './output-path.ts'
import { ProgressReporter } from './progress.ts'

const outputPath = '/out/app.db'
const parts = {
  output: parseOutputPath(outputPath),
  replacedMode: null,
  progress: new ProgressReporter(undefined),
}

const refuse = (): Promise<void> => Promise.reject(new Error('page 7'))

function make(options: MakeOptions, failure?: Error): Promise<{ readonly bytes: number }> {
  return makeDatabase(options, parts, async ({ handle, onSize }) => {
    onSize(3)
    await handle.write(Uint8Array.of(1, 2, 3, 4), 0)
    if (failure !== undefined) throw failure
    return { bytes: 3 }
  })
}

test('make database: built → there under its name, as long as was said', async () => {
  const env = instantEnv()
  assert.deepEqual(await make({ env, outputPath }), { bytes: 3 })
  assert.deepEqual(await contentOf(env, outputPath), Uint8Array.of(1, 2, 3))
  assert.deepEqual(await env.files.list('/out'), ['app.db'])
})

test('make database: building fails, the disk is full, the check refuses → the reason, and nothing is left', async () => {
  const env = instantEnv()
  const failure = new Error('broken')
  await assert.rejects(make({ env, outputPath }, failure), failure)
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' })
  await assert.rejects(
    make({ env, outputPath }, full),
    (error) => isRestoreError(error, 'RESTORE_NO_SPACE') && error.message.includes('3 bytes'),
  )
  await assert.rejects(make({ env, outputPath, check: refuse }), (error) =>
    isRestoreError(error, 'RESTORE_CHECK_FAILED'),
  )
  assert.deepEqual(await env.files.list('/out'), [])
})
