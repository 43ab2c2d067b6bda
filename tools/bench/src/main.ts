// `pnpm bench`: measures, prints a table and writes JSON. See `--help`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { MEASURES } from './lib/all-measures.ts'
import { parseArguments, USAGE, type BenchArguments } from './lib/bench-arguments.ts'
import { describeMachine } from './lib/machine.ts'
import type { Measure } from './lib/measure.ts'
import { packedProgram } from './lib/packed-program.ts'
import { findPeer, programAt, sourceProgram, type Program } from './lib/program-under-test.ts'
import { runMeasures } from './lib/run-measures.ts'
import { formatReport } from './lib/report.ts'
import { readResults, type BenchResults } from './lib/results-file.ts'

const log = (text: string): void => void process.stderr.write(`${text}\n`)
const say = (text: string): void => void process.stdout.write(`\n${text}\n`)

try {
  await main(parseArguments(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof RangeError)) throw error
  log(`bench: ${error.message}\n\n${USAGE}`)
  process.exitCode = 1
}

async function main(given: BenchArguments): Promise<void> {
  if (given.help) return void process.stdout.write(`${USAGE}\n`)
  const measures = chosenMeasures(given.only)
  if (given.list) {
    for (const { name, about } of measures) process.stdout.write(`${name.padEnd(20)} ${about}\n`)
    return
  }
  const earlier = given.compare === null ? null : readResults(given.compare)
  if (given.show !== null) return say(formatReport(readResults(given.show), earlier))
  const folder = mkdtempSync(path.join(tmpdir(), 'ltx-bench-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  const stop = (): never => {
    removeFolder()
    process.exit(130)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const ltx = await ourProgram(given, folder)
    const peer = given.oursAlone ? null : await findPeer(given.peer)
    const machine = describeMachine()
    log(
      `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, load ${machine.load[0]?.toFixed(2)}`,
    )
    log(`ours: ${ltx.kind}; beside it: ${peer?.kind ?? 'nothing (no Litestream found)'}`)
    const results = await runMeasures(
      measures,
      { effort: given.effort, rounds: given.rounds, folder, ltx, peer, log },
      given.only.length > 0,
    )
    const setting = { effort: given.effort, ltx: ltx.kind, peer: peer?.kind ?? null }
    const written: BenchResults = { takenAt: new Date().toISOString(), machine, ...setting, results }
    const file = writeResults(given.json, written, machine.commit)
    say(formatReport(written, earlier))
    log(`\nwritten to ${file}`)
    if (results.some(({ error }) => error !== undefined)) process.exitCode = 1
  } finally {
    removeFolder()
  }
}

function chosenMeasures(only: readonly string[]): readonly Measure[] {
  for (const name of only) {
    if (!MEASURES.some((measure) => measure.name === name))
      throw new RangeError(`there is no measure ${name}; see --list`)
  }
  return only.length === 0 ? MEASURES : MEASURES.filter(({ name }) => only.includes(name))
}

async function ourProgram(given: BenchArguments, folder: string): Promise<Program> {
  if (given.ltx !== null) return programAt(given.ltx)
  if (given.from === 'source') return sourceProgram()
  log('building, packing and installing the command …')
  try {
    return await packedProgram(folder)
  } catch (error) {
    log(`cannot pack, so the command runs FROM SOURCE: ${String(error)}`)
    return sourceProgram()
  }
}

function writeResults(place: string | null, results: BenchResults, commit: string): string {
  const time = new Date().toISOString().replaceAll(':', '').slice(0, 15)
  const folder = path.resolve(import.meta.dirname, '../results')
  const file = place ?? path.join(folder, `${time}-${commit.slice(0, 8)}.json`)
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true })
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`)
  return file
}
