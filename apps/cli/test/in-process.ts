import type { CommandIo } from '../src/program/io.ts'
import { runCommand } from '../src/program/run-command.ts'
import { testIo, type TestIo } from './test-io.ts'

export interface InProcess extends TestIo {
  readonly exitCode: Promise<number>
  /** Resolves when something written holds this; rejects when the command ends before. */
  says(text: string): Promise<void>
}

/** Starts a command in this process. Signals are sent with `signal`. */
export function startInProcess(
  words: readonly string[],
  directory: string,
  changes: Partial<CommandIo> = {},
): InProcess {
  const test = testIo({ workingDirectory: directory, ...changes })
  const exitCode = runCommand(words, test.io)
  let hasEnded = false
  const end = (): void => void (hasEnded = true)
  exitCode.then(end, end)
  const says = async (text: string): Promise<void> => {
    const { output } = test
    while (!(output.stdout + output.stderr).includes(text)) {
      if (hasEnded) throw new Error(`ended without saying ${text}:\n${output.stdout}${output.stderr}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  return { ...test, exitCode, says }
}
