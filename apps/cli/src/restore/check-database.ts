import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import type { CommandIo } from '../program/io.ts'
import type { IntegrityCheck } from '../commands/restore-flags.ts'

/** Lines of a report that are repeated in the error. */
const LINES_MAX = 5

/**
 * Lets SQLite check a database file in a process of its own: a check of a large database takes long, and only a process can be stopped
 * in the middle of one.
 *
 * @throws the report when the database is not sound; `signal.reason` when aborted
 */
export async function checkDatabase(
  mode: Exclude<IntegrityCheck, 'none'>,
  path: string,
  io: Pick<CommandIo, 'checkScript' | 'environment'> & { readonly niceness?: number },
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted()
  const child = spawn(process.execPath, [io.checkScript, mode, path], {
    env: io.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  beNice(child.pid, io.niceness ?? 0)
  const stop = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', stop, { once: true })
  let report = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (report += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (report += text))
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    signal?.throwIfAborted()
    if (exitCode !== 0) throw new Error(reportText(report))
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** @param niceness From 0, like everybody, to 19. */
function beNice(processId: number | undefined, niceness: number): void {
  if (processId === undefined || niceness === 0) return
  try {
    setPriority(processId, niceness)
  } catch {
    // a system that does not allow it, or the process has ended already
  }
}

function reportText(report: string): string {
  const lines = report.split('\n').filter((line) => line !== '')
  const more = lines.length > LINES_MAX ? `; and ${lines.length - LINES_MAX} more` : ''
  return lines.length === 0 ? 'the check ended without a result' : lines.slice(0, LINES_MAX).join('; ') + more
}
