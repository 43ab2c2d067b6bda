import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { installLitestream, runProgram } from '../src/index.ts'
import type { Application } from './application.ts'
import type { Workspace } from './workspace.ts'

const OUR_COMMAND = path.join(import.meta.dirname, '../../../apps/cli/bin/ltx.js')

/** Something that happens while nobody replicates. */
export interface Between {
  readonly name: string
  readonly act: (workspace: Workspace, application: Application) => Promise<void>
  /** Litestream loses the write before the checkpoint; the next turn of ours brings it back. */
  readonly goMayLose?: boolean
}

export const BETWEENS: readonly Between[] = [
  { name: 'nothing', act: async () => {} },
  { name: 'writes', act: (_, application) => application.write(10) },
  {
    name: 'a TRUNCATE checkpoint and a write',
    act: async (_, application) => {
      await application.write(5)
      assert.ok(await application.checkpoint('TRUNCATE'))
      await application.write(1)
    },
  },
  {
    name: 'a FULL checkpoint and a write',
    goMayLose: true,
    act: async (_, application) => {
      await application.write(5)
      assert.ok(await application.checkpoint('FULL'))
      await application.write(1)
    },
  },
  {
    name: 'the application closes, which deletes the WAL, and comes back',
    act: async (_, application) => {
      await application.write(5)
      await application.close()
      await application.open()
    },
  },
  {
    name: 'local state deleted, and writes',
    act: async (workspace, application) => {
      await application.write(5)
      await rm(workspace.meta, { recursive: true })
    },
  },
  {
    name: '`litestream reset`, and writes',
    act: async (workspace, application) => {
      await application.write(5)
      await reset(workspace, [await installLitestream()])
    },
  },
  {
    name: '`ltx reset`, and writes',
    act: async (workspace, application) => {
      await application.write(5)
      await reset(workspace, [process.execPath, OUR_COMMAND])
    },
  },
]

async function reset(workspace: Workspace, [program = '', ...words]: readonly string[]): Promise<void> {
  const config = await workspace.configure()
  const finished = await runProgram(program, [...words, 'reset', '-config', config, workspace.database])
  assert.equal(finished.code, 0, finished.stderr)
  assert.deepEqual(await readdir(path.join(workspace.meta, 'ltx')).catch(() => []), [])
}
