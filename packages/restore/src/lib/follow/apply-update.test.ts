import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { contentOf, instantEnv, putContent } from '../../../test/instant-env.ts'
import { parseOutputPath } from '../output-path.ts'
import { applyUpdate } from './apply-update.ts'
import { UpdateStage } from './stage-update.ts'

const output = parseOutputPath('/copy/app.db')
const before = new Uint8Array(4 * 512).fill(1)

for (const [operation, path] of [
  ['rename', /journal/],
  ['write', /app\.db$/],
  ['truncate', /app\.db$/],
  ['sync', /app\.db$/],
  ['remove', /journal/],
] as const) {
  test(`apply update: ${operation} fails → the error, the copy as it was, no journal`, async () => {
    const env = instantEnv()
    await putContent(env, output.path, before)
    await using handle = await env.files.open(output.path, 'read-write')
    const states = {
      from: { txid: toTxid(1n), pageSize: 512, commit: 4 },
      to: { txid: toTxid(2n), pageSize: 512, commit: 6 },
    }
    {
      await using update = await UpdateStage.create(env, output, handle, states)
      for (const pageNumber of [3, 5, 6]) await update.place(pageNumber, new Uint8Array(512).fill(9))
      await update.finish()
      env.files.failNext(operation, 'EIO', path)
      await assert.rejects(applyUpdate(env, output, handle, update), { code: 'EIO' })
    }
    assert.deepEqual(await contentOf(env, output.path), before)
    assert.deepEqual(await env.files.list('/copy'), ['app.db'])
  })
}

test('apply update: it cannot be rolled back either → the journal stays for SQLite, and that is logged', async () => {
  const env = instantEnv()
  await putContent(env, output.path, before)
  await using handle = await env.files.open(output.path, 'read-write')
  const state = { pageSize: 512, commit: 4 }
  await using update = await UpdateStage.create(env, output, handle, {
    from: { ...state, txid: toTxid(1n) },
    to: { ...state, txid: toTxid(2n) },
  })
  await update.finish()
  env.files.failAlways('write', 'EIO', /app\.db$/)
  await assert.rejects(applyUpdate(env, output, handle, update), { code: 'EIO' })
  assert.ok((await env.files.list('/copy')).includes('app.db-journal'))
  assert.ok(env.logger.lines.some(({ level, message }) => level === 'error' && message.includes('roll back')))
})
