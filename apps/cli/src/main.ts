import { homedir, userInfo } from 'node:os'
import { basename } from 'node:path'
import { isatty } from 'node:tty'
import { fileURLToPath } from 'node:url'
import type { CommandIo, Output, StopSignal } from './program/io.ts'
import { onePress } from './program/one-press.ts'
import { runCommand } from './program/run-command.ts'

// The real process around `runCommand`. Works the same from src/main.ts and from dist/main.js.

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM']
/** What a shell reports for a program whose reader went away. */
const EXIT_CODE_BROKEN_PIPE = 141

interface ProcessOutput extends Output {
  /** Why text got lost: the reader has gone, or it could not be written. */
  failure(): 'none' | 'broken pipe' | 'not written'
  flush(): Promise<void>
}

/** Text for a stream of this process. When it cannot be written any more it is dropped, quietly: a log must not end a backup. */
function processOutput(stream: NodeJS.WriteStream, descriptor: number): ProcessOutput {
  let failure: ReturnType<ProcessOutput['failure']> = 'none'
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure = error.code === 'EPIPE' ? 'broken pipe' : 'not written'
  })
  return {
    stream,
    isTerminal: isatty(descriptor),
    write: (text) => void (failure === 'none' && stream.write(text)),
    failure: () => failure,
    flush: () =>
      new Promise((resolve) => void (failure === 'none' ? stream.write('', () => resolve()) : resolve())),
  }
}

/** For these stdout carries the log, and what they did is done whether or not somebody reads it. */
const LOGGING_VERBS = new Set(['replicate', 'restore'])

/** The exit code, unless a result that should have been printed got lost. */
function finalExitCode(exitCode: number, verb: string | undefined): number {
  const failure = stdout.failure()
  if (exitCode !== 0 || failure === 'none' || (verb !== undefined && LOGGING_VERBS.has(verb))) return exitCode
  return failure === 'broken pipe' ? EXIT_CODE_BROKEN_PIPE : 1
}

function onSignal(listener: (signal: StopSignal) => void): () => void {
  const heard = onePress(listener, () => performance.now())
  const onTerminalClosed = (): void => heard('SIGTERM')
  for (const signal of SIGNALS) process.on(signal, heard)
  if (hasTerminal()) process.on('SIGHUP', onTerminalClosed)
  return () => {
    for (const signal of SIGNALS) process.off(signal, heard)
    process.off('SIGHUP', onTerminalClosed)
  }
}

function onHangup(listener: () => void): void {
  if (!hasTerminal()) process.on('SIGHUP', listener)
}

/** A program that somebody sees on a terminal has been started there, and ends with it. */
function hasTerminal(): boolean {
  return stdout.isTerminal || stderr.isTerminal
}

function homeDirectory(): string {
  try {
    return userInfo().homedir
  } catch {
    return homedir() // a user id without an entry in the user database, as in many containers
  }
}

function versionOf(manifest: URL): string {
  const { readFileSync } = process.getBuiltinModule('node:fs') // an import statement takes 3 ms, for streams
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

const stdout = processOutput(process.stdout, 1)
const stderr = processOutput(process.stderr, 2)
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const io: CommandIo = {
  programName: basename(process.argv[1] ?? '').startsWith('litestream') ? 'litestream' : 'ltx',
  version: versionOf(new URL('../package.json', import.meta.url)),
  stdout,
  stderr,
  environment: process.env,
  workingDirectory: process.cwd(),
  platform: process.platform,
  processId: process.pid,
  ownsProcess: true,
  checkScript: fileURLToPath(new URL(`./check-database.${extension}`, import.meta.url)),
  homeDirectory,
  onSignal,
  onHangup,
  endNow: (exitCode) => process.exit(exitCode),
}

const words = process.argv.slice(2)
const exitCode = await runCommand(words, io)
await stdout.flush()
await stderr.flush()
process.exit(finalExitCode(exitCode, words[0]))
