import assert from 'node:assert/strict'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { startProgram } from '../test/start-program.ts'
import { Workspace } from '../test/workspace.ts'
import { installLitestream, installLitestreamV3, runProgram } from './index.ts'

const OUR_COMMAND = path.join(import.meta.dirname, '../../../apps/cli/bin/ltx.js')

/** What each program restores; they must agree. `null`: all of them refuse. */
async function restoredBy(
  programs: readonly (readonly string[])[],
  workspace: Workspace,
  words: readonly string[] = [],
): Promise<Buffer | null> {
  const results: (Buffer | null)[] = []
  const told: string[] = []
  for (const [program = '', ...first] of programs) {
    const output = workspace.path('restored.db')
    await rm(output, { force: true })
    const restore = [...first, 'restore', '-o', output, ...words, `file://${workspace.replica}`]
    const { code, stdout, stderr } = await runProgram(program, restore)
    told.push(`${program}: ${stdout}${stderr}`)
    results.push(code === 0 ? await readFile(output) : null)
  }
  const [ours, ...theirs] = results
  for (const result of theirs) {
    assert.equal(ours === null, result === null, told.join('\n'))
    if (ours instanceof Buffer && result !== null)
      assert.equal(Buffer.compare(ours, result), 0, told.join('\n'))
  }
  return ours ?? null
}

/** Moments between the stored objects, a few of them. */
async function moments(replica: string): Promise<string[]> {
  const times: number[] = []
  for (const name of await readdir(replica, { recursive: true })) {
    if (name.endsWith('.lz4')) times.push((await stat(path.join(replica, name))).mtimeMs)
  }
  times.sort((a, b) => a - b)
  const between = times.flatMap((time, index) => {
    const next = times[index + 1]
    return next !== undefined && next - time > 4 ? [new Date((time + next) / 2).toISOString()] : []
  })
  return between.filter((_, index) => index % Math.ceil(between.length / 6) === 0)
}

for (const pageSize of [512, 4096, 65_536]) {
  test(`litestream 0.3.13 replicates pages of ${pageSize}, is killed and starts again → all three restore the same, latest and at moments`, async () => {
    await using workspace = await Workspace.make()
    await using application = await Application.start({ path: workspace.database, pageSize })
    const [v3, v5] = [await installLitestreamV3(), await installLitestream()]
    const all = [[process.execPath, OUR_COMMAND], [v3], [v5]]
    await application.write(30)
    for (let run = 0; run < 3; run++) {
      await using replicate = startProgram([
        v3,
        'replicate',
        workspace.database,
        `file://${workspace.replica}`,
      ])
      for (let part = 0; part < 3; part++) {
        await sleep(1200) // it looks once a second
        await application.write(20, 700)
        if (part === 1) await application.checkpoint('TRUNCATE')
      }
      await sleep(2500)
      if (run === 2) {
        await replicate.stop()
        assert.ok((await restoredBy(all, workspace))?.equals(await application.image()), 'the last state')
      }
    }
    for (const moment of await moments(workspace.replica))
      await restoredBy(all, workspace, ['-timestamp', moment])
  })
}

test('a replica of 0.3.13 goes on with ltx → the newest state from the new files, earlier moments from the old ones, as 0.5 does', async () => {
  await using workspace = await Workspace.make()
  await using application = await Application.start({ path: workspace.database, pageSize: 4096 })
  const [v3, v5] = [await installLitestreamV3(), await installLitestream()]
  const both = [[process.execPath, OUR_COMMAND], [v5]]
  await application.write(30)
  {
    await using replicate = startProgram([v3, 'replicate', workspace.database, `file://${workspace.replica}`])
    await sleep(2500)
    await application.write(20)
    await sleep(2500)
    await replicate.stop()
  }
  const old = await application.image()
  const moment = new Date().toISOString()
  await sleep(50)
  await application.write(25)
  const once = ['replicate', '-once', workspace.database, `file://${workspace.replica}`]
  const { code, stderr } = await runProgram(process.execPath, [OUR_COMMAND, ...once])
  assert.equal(code, 0, stderr)
  assert.ok((await restoredBy(both, workspace))?.equals(await application.image()))
  assert.ok((await restoredBy(both, workspace, ['-timestamp', moment]))?.equals(old))
})
