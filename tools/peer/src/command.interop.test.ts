import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { assertBothRestore, untilRestorable } from '../test/restore-with-both.ts'
import { startProgram } from '../test/start-program.ts'
import { highestTxid, storedFiles } from '../test/stored-files.ts'
import { Workspace } from '../test/workspace.ts'
import { installLitestream, runProgram, type FinishedProgram } from './index.ts'

const OUR_COMMAND = path.join(import.meta.dirname, '../../../apps/cli/bin/ltx.js')

interface Command {
  readonly name: string
  readonly words: readonly [string, ...string[]]
}

async function bothCommands(): Promise<readonly [ours: Command, theirs: Command]> {
  return [
    { name: 'ltx', words: [process.execPath, OUR_COMMAND] },
    { name: 'litestream', words: [await installLitestream()] },
  ]
}

async function run({ words }: Command, programArguments: readonly string[]): Promise<FinishedProgram> {
  const [program, ...first] = words
  return runProgram(program, [...first, ...programArguments])
}

test('ltx replicate and litestream replicate: in turns with one litestream.yml, SIGTERM between → each turn is in the replica, and both commands restore the same bytes', async () => {
  await using workspace = await Workspace.make()
  await using application = await Application.start({ path: workspace.database, pageSize: 4096 })
  await application.write(150)
  const config = await workspace.configure()
  const [ours, theirs] = await bothCommands()
  let highest = 0n
  for (const command of [ours, theirs, ours, theirs, ours]) {
    {
      await using program = startProgram([...command.words, 'replicate', '-config', config])
      await untilRestorable(workspace.replica, () => application.image())
      await application.write(10)
      await untilRestorable(workspace.replica, () => application.image())
      await application.write(5)
      const { code, output } = await program.stop() // its last sync brings these
      assert.equal(code, 0, `${command.name}: ${output}`)
    }
    await assertBothRestore(workspace.replica, await application.image())
    const now = highestTxid(await storedFiles(workspace.replica))
    assert.ok(now > highest, `${command.name} went on from ${highest} to ${now}`)
    highest = now
  }
  const image = await application.image()
  for (const command of [ours, theirs]) {
    const output = workspace.path(`${command.name}.db`)
    const restored = await run(command, ['restore', '-config', config, '-o', output, workspace.database])
    assert.equal(restored.code, 0, restored.stderr)
    assert.equal(Buffer.compare(await readFile(output), image), 0, command.name)
  }
})

test('ltx and litestream: databases, ltx and reset with one litestream.yml → the same exit code and the same table', async () => {
  await using workspace = await Workspace.make()
  await using application = await Application.start({ path: workspace.database, pageSize: 4096 })
  await application.write(20)
  const config = await workspace.configure()
  const [ours, theirs] = await bothCommands()
  const once = await run(ours, ['replicate', '-config', config, '-once'])
  assert.equal(once.code, 0, once.stderr)
  for (const words of [['databases'], ['ltx']]) {
    const [verb = ''] = words
    const programArguments =
      verb === 'ltx' ? [verb, '-config', config, workspace.database] : [verb, '-config', config]
    const [a, b] = [await run(ours, programArguments), await run(theirs, programArguments)]
    assert.equal(a.code, b.code, `${verb}: ${a.stderr} / ${b.stderr}`)
    assert.deepEqual(cells(a.stdout), cells(b.stdout), verb)
  }
  const reset = await run(theirs, ['reset', '-config', config, workspace.database])
  assert.equal(reset.code, 0, reset.stderr)
  const left = await readdir(path.join(workspace.meta, 'ltx')).catch(() => [])
  assert.deepEqual(left, [], 'it finds and removes our local files')
})

function cells(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
}
