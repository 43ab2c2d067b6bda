import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { freePorts } from '../src/lib/free-ports.ts'
import { runWithServers } from '../src/lib/run-with-servers.ts'
import type { ServerKind, ServerSettings } from '../src/lib/server-kind.ts'
import { readRecords } from '../src/lib/server-records.ts'
import { serverSettings } from '../src/lib/server-settings.ts'
import { startServers, variablesOf } from '../src/lib/start-servers.ts'
import { stopServers } from '../src/lib/stop-servers.ts'
import { failingServer, smallServer } from './small-servers.ts'

const quiet = (): void => undefined

test('startServers: two → both answer, each with its settings; stopped → neither, and no file is left', () =>
  withFolder(async (registry) => {
    const records = await startServers([smallServer('one'), smallServer('two')], {
      registry,
      folders: registry,
    })
    const variables = variablesOf(records)
    const settings = ['LTX_SERVER_ONE', 'LTX_SERVER_TWO'].map((name) => serverSettings(name, variables))
    for (const { port } of settings) assert.equal(await answers(port), true)
    assert.deepEqual(await stopServers(registry), ['one', 'two'])
    for (const { port, folder } of settings) {
      assert.equal(await answers(port), false)
      await assert.rejects(access(String(folder)), { code: 'ENOENT' })
    }
    assert.deepEqual(await readRecords(registry), [])
  }))

test('startServers: one fails → an error with its name and the end of its log, and nothing of it is left', () =>
  withFolder(async (registry) => {
    await assert.rejects(
      startServers([smallServer('one'), failingServer], { registry, folders: registry }),
      /failing \(a server that fails 1\.0\.0\) did not start: .*ended with 5\n.*line 3 is wrong/s,
    )
    assert.deepEqual(await stopServers(registry), ['one'])
  }))

test('startServers: somebody took the port meanwhile → another port', () =>
  withFolder(async (registry) => {
    const other = createServer()
    await once(other.listen(0, '127.0.0.1'), 'listening')
    const taken = (other.address() as AddressInfo).port
    other.on('connection', (socket) => socket.destroy())
    let calls = 0
    const ports = (): Promise<number[]> => (calls++ === 0 ? Promise.resolve([taken]) : freePorts(1))
    try {
      const [record] = await startServers([unheard(smallServer('one', ports), taken)], {
        registry,
        folders: registry,
      })
      assert.notEqual(record?.settings?.['port'], taken)
      assert.equal(calls, 2)
    } finally {
      other.close()
      await stopServers(registry)
    }
  }))

test('runWithServers: a command → it sees the variables, its exit code comes out, the servers are gone', () =>
  withFolder(async (folder) => {
    const file = path.join(folder, 'seen')
    const command = ['sh', '-c', `printf %s "$LTX_SERVER_ONE" > ${file}; exit 42`]
    assert.equal(await runWithServers({ kinds: [smallServer('one')], command, report: quiet }), 42)
    const seen = JSON.parse(await readFile(file, 'utf8')) as ServerSettings
    assert.equal(await answers(seen['port']), false)
    await assert.rejects(access(String(seen['folder'])), { code: 'ENOENT' })
  }))

test('runWithServers: a server ends meanwhile → said, and the run has failed though the command had not', () =>
  withFolder(async () => {
    const lines: string[] = []
    const command = ['sh', '-c', 'sleep 1']
    const kinds = [endingSoon(smallServer('one'))]
    assert.equal(await runWithServers({ kinds, command, report: (line) => lines.push(line) }), 1)
    assert.match(lines.join('\n'), /one: brief ended during the run: it ended with 0/)
  }))

test('runWithServers: whoever runs it is killed with -9 → the servers are stopped all the same', () =>
  withFolder(async (folder) => {
    const file = path.join(folder, 'seen')
    const script = path.join(folder, 'run.ts')
    await writeFile(
      script,
      `import { runWithServers } from ${JSON.stringify(sibling('../src/lib/run-with-servers.ts'))}
       import { smallServer } from ${JSON.stringify(sibling('small-servers.ts'))}
       const command = ['sh', '-c', 'printf %s "$LTX_SERVER_ONE" > ${file}.tmp; mv ${file}.tmp ${file}; sleep 5']
       await runWithServers({ kinds: [smallServer('one')], command, report: () => undefined })`,
    )
    const runner = spawn(process.execPath, [script], { stdio: 'ignore' })
    const ended = once(runner, 'exit')
    const seen = JSON.parse(await contentOf(file)) as ServerSettings
    assert.equal(await answers(seen['port']), true)
    runner.kill('SIGKILL')
    await ended
    for (let turn = 0; (await answers(seen['port'])) || (await exists(String(seen['folder']))); turn++) {
      assert.ok(turn < 1000, 'the server is still there')
      await sleep(20)
    }
  }))

/** A server whose readiness is not mistaken: it is our stranger who answers on its first port. */
function unheard(kind: ServerKind, taken: number): ServerKind {
  return {
    ...kind,
    start: (site) =>
      kind.start({
        ...site,
        spawn: async (plan) => {
          const port = plan.port === taken ? (await freePorts(1))[0] : plan.port // where nobody answers
          await site.spawn({ ...plan, port: port ?? 0 })
        },
      }),
  }
}

/** A server of which one process ends by itself after it was ready. */
function endingSoon(kind: ServerKind): ServerKind {
  return {
    ...kind,
    start: async (site) => {
      const settings = await kind.start(site)
      const script =
        "require('net').createServer().listen(process.argv[1], '127.0.0.1'); setTimeout(process.exit, 500)"
      const [port = 0] = await freePorts(1)
      const command = [site.program, '-e', script, String(port)]
      await site.spawn({ label: 'brief', command, port })
      return settings
    },
  }
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'servers-test-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function sibling(name: string): string {
  return path.join(import.meta.dirname, name)
}

async function contentOf(file: string): Promise<string> {
  for (let turn = 0; turn < 2000; turn++) {
    if (await exists(file)) return readFile(file, 'utf8')
    await sleep(20)
  }
  throw new Error(`${file} does not come`)
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

function answers(port: string | number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
