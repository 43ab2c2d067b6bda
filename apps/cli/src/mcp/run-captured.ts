import { Writable } from 'node:stream'
import type { CommandIo, Output, StopSignal } from '../program/io.ts'
import { runCommand } from '../program/run-command.ts'

/** What a command wrote, both streams in order, and how it ended. */
export interface Captured {
  readonly text: string
  readonly exitCode: number
}

/**
 * Runs a command line in this process, with its output in memory. The signal is to it what Ctrl-C is on a terminal.
 *
 * @param words Verb, flags and arguments.
 */
export async function runCaptured(
  words: readonly string[],
  io: CommandIo,
  signal: AbortSignal,
): Promise<Captured> {
  let text = ''
  const output: Output = {
    isTerminal: false,
    write: (written) => void (text += written),
    stream: new Writable({
      write(chunk: unknown, _encoding, done) {
        text += String(chunk)
        done()
      },
    }),
  }
  const exitCode = await runCommand(words, {
    ...io,
    stdout: output,
    stderr: output,
    ownsProcess: false,
    onSignal: (listener) => onAbort(signal, listener),
    onHangup() {},
    endNow() {}, // this process goes on
  })
  return { text, exitCode }
}

function onAbort(signal: AbortSignal, listener: (signal: StopSignal) => void): () => void {
  const interrupt = (): void => listener('SIGINT')
  if (signal.aborted) interrupt()
  else signal.addEventListener('abort', interrupt, { once: true })
  return () => signal.removeEventListener('abort', interrupt)
}
