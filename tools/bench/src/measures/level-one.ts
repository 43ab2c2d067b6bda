import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type SqliteDatabase from 'better-sqlite3'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { copyOfScene, makeLevelOneScene, type SceneShape } from '../lib/level-one-scene.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { MeasuredChild } from '../lib/measured-child.ts'
import type { Program } from '../lib/program-under-test.ts'
import { filesOf } from '../lib/replicating.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'
import { storedIn } from '../lib/stored-files.ts'

const MIB = 1024 * 1024
/** What the program does after the file is there is part of it. */
const SETTLE_MS = 500

export const levelOne: Measure = {
  name: 'level-one',
  about: 'the command makes a level 1 file out of many, and out of few that hold nearly all pages: its CPU',
  run: measureBoth,
}

interface Compacted {
  readonly cpuMs: number
  readonly bytes: number
}

async function measureBoth(context: BenchContext): Promise<Row[]> {
  const many = byEffort(context, { full: 2119, quick: 100, smoke: 20 })
  const shapes: readonly (SceneShape & { readonly name: string; readonly row: Partial<Row> })[] = [
    {
      name: 'many',
      databaseBytes: byEffort(context, { full: 256, quick: 32, smoke: 2 }) * MIB,
      transactions: Array.from({ length: many }, (_, index) => changeScattered(index, 90)),
      row: { must: atMost(0.6, 'peer'), aim: atMost(0.3, 'peer') },
    },
    {
      name: 'wide',
      databaseBytes: byEffort(context, { full: 700, quick: 48, smoke: 2 }) * MIB,
      transactions: [changeAll(1), changeAll(0.3), changeAll(0.25)],
      row: { must: atMost(0.4, 'peer'), aim: atMost(0.3, 'peer') },
    },
  ]
  const rows: Row[] = []
  for (const shape of shapes) rows.push(await measureShape(context, shape))
  return rows
}

async function measureShape(
  context: BenchContext,
  shape: SceneShape & { readonly name: string; readonly row: Partial<Row> },
): Promise<Row> {
  const rounds = roundsOf(context, { full: 5, quick: 1, smoke: 1 })
  const scene = await makeLevelOneScene(path.join(context.folder, shape.name), shape)
  const sides = await measureSides(context, rounds, async (program, round) => {
    const folder = path.join(context.folder, `${shape.name}-${round}`)
    const compacted = await measureSide(program, () => copyOfScene(scene, folder))
    rmSync(folder, { recursive: true })
    context.log(`  ${shape.name}, ${program.side}: ${(compacted.cpuMs / 1000).toFixed(2)} s`)
    return compacted
  })
  scene.close()
  const output = sides.ours[0]?.bytes ?? 0
  return {
    ...rowOf(
      sides,
      {
        what: `compaction, ${shape.name}: ${scene.files} files: CPU`,
        unit: 's',
        better: 'less',
        grain: 0.02,
        note: `${(scene.bytes / MIB).toFixed(0)} → ${(output / MIB).toFixed(0)} MiB, less what a start costs that compacts nothing`,
      },
      ({ cpuMs }) => cpuMs / 1000,
    ),
    ...shape.row,
  }
}

async function measureSide(
  program: Program,
  copy: () => { readonly database: string; readonly replica: string },
): Promise<Compacted> {
  const { database, replica } = copy()
  const last = filesOf(replica, 0).toSorted().at(-1)?.split('-')[1] ?? ''
  await using child = replicateWith(program, database, 'levels: [{interval: 10s}]')
  await child.until('level 1', () => filesOf(replica, 1).some((name) => name.endsWith(`-${last}`)))
  await sleep(SETTLE_MS)
  const cpuMs = child.cpuMs()
  const { wallMs } = child
  const level1 = [...storedIn(replica)].filter(([name]) => name.startsWith('1/'))
  const bytes = level1.reduce((sum, [, size]) => sum + size, 0)
  await child.stop()
  await checkReplica(program, database, replica)
  rmSync(path.dirname(database), { recursive: true })
  copy()
  await using control = replicateWith(program, database, 'levels: []')
  await sleep(wallMs)
  const startMs = control.cpuMs()
  if (filesOf(replica, 1).length > 0) throw new Error('a start without levels has compacted')
  await control.stop()
  return { cpuMs: cpuMs - startMs, bytes }
}

function replicateWith(program: Program, database: string, levels: string): MeasuredChild {
  const config = `${database}.yml`
  const entry = `  - path: ${database}\n    replica: {url: "file://${database}.replica"}`
  writeFileSync(config, `${levels}\ndbs:\n${entry}\n`)
  return new MeasuredChild([...program.argv, 'replicate', '-config', config])
}

type Change = (sqlite: SqliteDatabase.Database, lastId: number) => void

/** Rows here and there, about one a page, another set for each index. */
function changeScattered(index: number, rows: number): Change {
  return (sqlite, lastId) => {
    const change = sqlite.prepare('UPDATE orders SET cents = cents + 1 WHERE id = ?')
    for (let row = 0; row < rows; row++) change.run(1 + ((index * 104_729 + row * 15_485_863) % lastId))
  }
}

/** All rows up to a part of them: each page of those. */
function changeAll(part: number): Change {
  return (sqlite, lastId) => {
    sqlite.prepare('UPDATE orders SET cents = cents + 1 WHERE id <= ?').run(Math.floor(lastId * part))
  }
}
