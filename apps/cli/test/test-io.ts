import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { CommandIo, Output, StopSignal } from '../src/program/io.ts'

export interface TestIo {
  readonly io: CommandIo
  /** Everything written so far. */
  readonly output: { stdout: string; stderr: string }
  /** Sends a signal to whoever listens; returns whether anybody did. */
  readonly signal: (signal: StopSignal) => boolean
  /** Sends SIGHUP to whoever listens. */
  readonly hangUp: () => void
  /** Exit codes given to `endNow`. */
  readonly ended: number[]
}

/** A process for `runCommand` that keeps what is written, in memory. */
export function testIo(changes: Partial<CommandIo> = {}): TestIo {
  const output = { stdout: '', stderr: '' }
  const listeners = new Set<(signal: StopSignal) => void>()
  const hangups = new Set<() => void>()
  const ended: number[] = []
  const outputOf = (name: 'stdout' | 'stderr'): Output => {
    const stream = new Writable({
      write(chunk: unknown, _encoding, done) {
        output[name] += String(chunk)
        done()
      },
    })
    return { isTerminal: false, stream, write: (text) => (output[name] += text) }
  }
  const io: CommandIo = {
    programName: 'ltx',
    version: '0.0.0-test',
    stdout: outputOf('stdout'),
    stderr: outputOf('stderr'),
    environment: {},
    workingDirectory: process.cwd(),
    platform: process.platform,
    processId: process.pid,
    ownsProcess: true,
    checkScript: fileURLToPath(new URL('../src/check-database.ts', import.meta.url)),
    homeDirectory: () => '/house/someone',
    onSignal(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onHangup: (listener) => void hangups.add(listener),
    endNow: (exitCode) => ended.push(exitCode),
    ...changes,
  }
  const signal = (name: StopSignal): boolean => {
    for (const listener of listeners) listener(name)
    return listeners.size > 0
  }
  const hangUp = (): void => {
    for (const listener of hangups) listener()
  }
  return { io, output, signal, hangUp, ended }
}
