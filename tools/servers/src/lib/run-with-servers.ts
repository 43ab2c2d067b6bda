import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import type { ServerKind } from './server-kind.ts'
import { startServers, variablesOf } from './start-servers.ts'

export interface RunWithServersOptions {
  readonly kinds: readonly ServerKind[]
  readonly command: readonly string[]
  readonly report: (line: string) => void
}

/**
 * Starts servers, runs a command with their variables set, and stops them; also when we die meanwhile, in whatever way.
 * Gives the command's exit code; 1 if it was 0 but a server had ended before the command did.
 */
export async function runWithServers({ kinds, command, report }: RunWithServersOptions): Promise<number> {
  // Handled, a signal does not come between the start of a process and its being written down.
  process.on('SIGINT', leave).on('SIGTERM', leave).on('SIGHUP', leave)
  const registry = await mkdtemp(path.join(tmpdir(), 'ltx-servers-'))
  await chmod(registry, 0o711) // a server that gives up root must get through to its folder
  const stopAll = startKeeper(registry)
  try {
    const endedEarly: string[] = []
    const records = await startServers(kinds, {
      registry,
      folders: registry,
      onEnd: (name, label, how) => endedEarly.push(`${name}: ${label} ended during the run: ${how}`),
    })
    process.off('SIGINT', leave).off('SIGTERM', leave).off('SIGHUP', leave)
    report(`servers are ready: ${records.map(({ name }) => name).join(', ')}`)
    const code = await runCommand(command, variablesOf(records))
    for (const line of endedEarly) report(line)
    return code === 0 && endedEarly.length > 0 ? 1 : code
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave).off('SIGHUP', leave)
    await stopAll()
  }
}

const leave = (signal: NodeJS.Signals): never => process.exit(128 + constants.signals[signal])

/** A process that stops the servers when its input ends: because we say so, or because we are no more. */
function startKeeper(registry: string): () => Promise<void> {
  const program = path.join(import.meta.dirname, 'keeper.ts')
  const keeper = spawn(process.execPath, [program, registry], {
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true, // a Ctrl-C is not for it
  })
  const ended = once(keeper, 'exit')
  return async () => {
    keeper.stdin.end()
    const [code] = (await ended) as [number | null]
    if (code !== 0) throw new Error(`the servers were not all stopped (the keeper ended with ${code})`)
  }
}

/** The terminal sent it to the command too; we wait for its end. */
const ignore = (): void => undefined

async function runCommand(
  [program = '', ...programArguments]: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(program, programArguments, {
    stdio: 'inherit',
    env: { ...process.env, ...variables },
  })
  const ended = once(child, 'exit') // rejects when the program cannot be started
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward)
  try {
    const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward)
  }
}
