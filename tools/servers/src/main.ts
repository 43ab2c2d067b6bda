// The servers on the command line; see the README.
import { tmpdir } from 'node:os'
import path from 'node:path'
import { serversNamed } from './lib/all-servers.ts'
import { cacheFolder } from './lib/cache-folder.ts'
import { installServers } from './lib/install-servers.ts'
import { isRunning } from './lib/processes.ts'
import { runWithServers } from './lib/run-with-servers.ts'
import { readRecords, type ServerRecord } from './lib/server-records.ts'
import { startServers, variablesOf } from './lib/start-servers.ts'
import { stopServers } from './lib/stop-servers.ts'

const USAGE = `usage: node tools/servers/src/main.ts VERB [NAMES]   (no names: all of them)
  install [NAMES]              fetch and build what is missing
  run [NAMES] -- COMMAND ...   start, run the command with the LTX_SERVER_* variables, stop; its exit code
  start [NAMES]                start and leave running; prints the variables for a shell to evaluate
  stop [NAMES]
  status                       what start has left running
names: s3, gs, abs, sftp, webdav, nats`

const registry = path.join(cacheFolder(), 'run')

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

async function main([verb = '', ...rest]: readonly string[]): Promise<number> {
  const dashes = rest.indexOf('--')
  const names = dashes === -1 ? rest : rest.slice(0, dashes)
  const command = dashes === -1 ? [] : rest.slice(dashes + 1)
  const kinds = serversNamed(names)
  switch (verb) {
    case 'install':
      await installServers(kinds, (kind, program) => console.log(`${kind.name}: ${kind.program}, ${program}`))
      return 0
    case 'run':
      if (command.length === 0) throw new Error(USAGE)
      return runWithServers({ kinds, command, report: (line) => console.error(line) })
    case 'start':
      printExports(await start(kinds))
      return 0
    case 'stop':
      console.log(
        `stopped: ${
          (
            await stopServers(
              registry,
              kinds.map(({ name }) => name),
            )
          ).join(', ') || 'none'
        }`,
      )
      return 0
    case 'status':
      return printStatus()
    default:
      throw new Error(USAGE)
  }
}

/** Those that run already stay as they are. */
async function start(kinds: ReturnType<typeof serversNamed>): Promise<ServerRecord[]> {
  const records = await readRecords(registry)
  const running: ServerRecord[] = []
  for (const record of records.filter(({ name }) => kinds.some((kind) => kind.name === name))) {
    if (record.settings !== null && allRun(record)) running.push(record)
    else await stopServers(registry, [record.name])
  }
  const missing = kinds.filter(({ name }) => !running.some((record) => record.name === name))
  return [...running, ...(await startServers(missing, { registry, folders: tmpdir() }))]
}

function printExports(records: readonly ServerRecord[]): void {
  for (const [variable, value] of Object.entries(variablesOf(records))) {
    console.log(`export ${variable}='${value}'`)
  }
}

async function printStatus(): Promise<number> {
  const records = await readRecords(registry)
  if (records.length === 0) console.log('nothing was started')
  for (const record of records) {
    const pids = record.processes.map(({ pid }) => pid).join(', ')
    console.log(`${record.name}: ${allRun(record) ? 'runs' : 'has ended'} (${pids}), ${record.folder}`)
  }
  return 0
}

function allRun(record: ServerRecord): boolean {
  return record.processes.every(isRunning)
}
