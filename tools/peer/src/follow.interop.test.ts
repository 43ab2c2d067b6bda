import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { startProgram } from '../test/start-program.ts'
import { untilRestorable } from '../test/restore-with-both.ts'
import { Workspace } from '../test/workspace.ts'
import { installLitestream } from './index.ts'

const OUR_COMMAND = path.join(import.meta.dirname, '../../../apps/cli/bin/ltx.js')
const OURS = [process.execPath, OUR_COMMAND]

/** A copy without the bytes of its first page that followers change. */
function comparable(bytes: Buffer): Buffer {
  const same = Buffer.from(bytes)
  for (const [start, end] of [
    [18, 20],
    [24, 28],
    [92, 96],
  ] as const) {
    same.fill(0, start, end)
  }
  return same
}

async function untilEqual(copy: string, application: Application): Promise<void> {
  const expected = comparable(await application.image())
  for (const deadlineMs = Date.now() + 30_000; ; await sleep(100)) {
    if (existsSync(copy) && comparable(readFileSync(copy)).equals(expected)) return
    const found = existsSync(copy) ? comparable(readFileSync(copy)) : Buffer.alloc(0)
    const at = found.findIndex((byte, index) => byte !== expected[index])
    assert.ok(
      Date.now() < deadlineMs,
      `the copy does not catch up: ${found.length} of ${expected.length} bytes, differs at ${at}`,
    )
  }
}

test('litestream restore -f and ltx restore -f: a copy of litestream’s, then of ours → ltx goes on with both', async () => {
  await using workspace = await Workspace.make()
  await using application = await Application.start({ path: workspace.database, pageSize: 4096 })
  await application.write(40)
  await using replicate = startProgram([
    ...OURS,
    'replicate',
    workspace.database,
    `file://${workspace.replica}`,
  ])
  await untilRestorable(workspace.replica, () => application.image())
  const [copy, note] = [workspace.path('copy.db'), workspace.path('copy.db-txid')]
  const follow = ['restore', '-f', '-follow-interval', '100ms', '-o', copy, `file://${workspace.replica}`]
  const litestream = [await installLitestream()]
  // not the other way: 0.5 refuses a copy that is further than the newest snapshot, as nearly every one is
  for (const program of [litestream, OURS, OURS]) {
    const before = existsSync(note) ? readFileSync(note, 'utf8') : ''
    await application.write(5)
    await using following = startProgram([...program, ...follow])
    await untilEqual(copy, application)
    await sleep(500)
    await application.write(15)
    await untilEqual(copy, application)
    await sleep(500)
    const { code, output } = await following.stop()
    assert.equal(code, 0, output)
    assert.match(readFileSync(note, 'utf8'), /^[0-9a-f]{16}\n$/)
    assert.notEqual(readFileSync(note, 'utf8'), before)
  }
  const { code, output } = await replicate.stop()
  assert.equal(code, 0, output)
})
