import { spawn } from 'node:child_process'
import { chmodSync, closeSync, openSync } from 'node:fs'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, type ProcessId } from './processes.ts'
import { lastLines } from './run-program.ts'
import type { ProcessPlan, ServerKind, ServerSettings } from './server-kind.ts'
import { writeRecord, type ServerRecord } from './server-records.ts'
import { stopServer } from './stop-servers.ts'

/** From the start of a process to its first connection; generous, because the machine may be busy with other things. */
const READY_MS_MAX = 60_000
const POLL_MS = 20
/** A free port may be taken by somebody else before our server listens on it. */
const ATTEMPTS_MAX = 3

export interface StartOptions {
  /** The folder in which running servers are written down. */
  readonly registry: string
  /** Where the server's own folder is made. */
  readonly folders: string
  /** What `install` gave. */
  readonly program: string
  /** Called when a process of the server ends after it was ready, whether or not it was told to. */
  readonly onEnd?: (label: string, how: string) => void
}

/** Starts one server. If it cannot, nothing of it is left, and the error has the end of its log. */
export async function startServer(kind: ServerKind, options: StartOptions): Promise<ServerRecord> {
  for (let attempt = 1; ; attempt++) {
    const start = new ServerStart(kind, options, await makeFolder(options.folders, kind.name))
    try {
      return await start.run()
    } catch (cause) {
      const log = await start.logs()
      await stopServer(options.registry, start.record())
      const message = `${kind.name} (${kind.program}) did not start: ${(cause as Error).message}\n${log}`
      if (attempt >= ATTEMPTS_MAX || !/address (?:already )?in use|EADDRINUSE/i.test(log)) {
        throw new Error(message, { cause })
      }
    }
  }
}

async function makeFolder(parent: string, name: string): Promise<string> {
  const folder = await mkdtemp(path.join(parent, `ltx-server-${name}-`))
  chmodSync(folder, 0o755) // a server that gives up root must still get in
  return folder
}

class ServerStart {
  readonly #kind: ServerKind
  readonly #options: StartOptions
  readonly #folder: string
  readonly #processes: ProcessId[] = []
  #settings: ServerSettings | null = null

  constructor(kind: ServerKind, options: StartOptions, folder: string) {
    this.#kind = kind
    this.#options = options
    this.#folder = folder
  }

  record(): ServerRecord {
    const { name, variable } = this.#kind
    return {
      name,
      variable,
      folder: this.#folder,
      processes: this.#processes,
      settings: this.#settings,
    }
  }

  async run(): Promise<ServerRecord> {
    this.#settings = await this.#kind.start({
      folder: this.#folder,
      program: this.#options.program,
      spawn: (plan) => this.#spawn(plan),
    })
    writeRecord(this.#options.registry, this.record())
    return this.record()
  }

  /** The last lines of every log. */
  async logs(): Promise<string> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.log'))
    const texts = names.map(async (name) => {
      const text = await readFile(path.join(this.#folder, name), 'utf8')
      return `--- the end of ${name}:\n${lastLines(text)}`
    })
    return (await Promise.all(texts)).join('\n')
  }

  async #spawn(plan: ProcessPlan): Promise<void> {
    const [program = '', ...programArguments] = plan.command
    const log = openSync(path.join(this.#folder, `${plan.label}.log`), 'a')
    const child = spawn(program, programArguments, {
      cwd: plan.cwd ?? this.#folder,
      env: { ...process.env, ...plan.env },
      stdio: ['ignore', log, log],
      detached: true, // its own group: ended as a whole, and not by a Ctrl-C that is meant for the tests
    })
    closeSync(log)
    const ends: string[] = []
    child.on('error', (error) => ends.push(error.message))
    child.on('exit', (code, signal) => {
      const how = signal === null ? `it ended with ${code}` : `it was ended by ${signal}`
      ends.push(how)
      if (this.#settings !== null) this.#options.onEnd?.(plan.label, how)
    })
    child.unref()
    if (child.pid !== undefined) {
      this.#processes.push(identify(child.pid))
      writeRecord(this.#options.registry, this.record())
    }
    await untilReady(plan, ends)
  }
}

async function untilReady({ label, port }: ProcessPlan, ends: readonly string[]): Promise<void> {
  const start = performance.now()
  const expectRunning = (): void => {
    if (ends.length > 0) throw new Error(`${label}: ${ends.join(', ')}`)
  }
  while (!(await acceptsConnections(port))) {
    expectRunning()
    if (performance.now() - start > READY_MS_MAX) {
      throw new Error(`${label}: nobody listened on port ${port} for ${READY_MS_MAX} ms`)
    }
    await sleep(POLL_MS)
  }
  expectRunning() // and it was not somebody else who answered
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const settle = (accepted: boolean): void => {
      socket.destroy()
      resolve(accepted)
    }
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
  })
}
