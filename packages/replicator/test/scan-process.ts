import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import { scanDirectory } from '../src/lib/database/sliding-scan.ts'

/**
 * A replicator in a process of its own scans a large database and is killed between two blocks.
 *
 * @param beside Comes after each block; then the scan has its turn.
 * @returns What the scan left behind.
 */
export async function scanProcess(path: string, lastBlock: number, beside: () => void): Promise<string[]> {
  const program = fileURLToPath(new URL('./scan-process-main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let block = 0
  for await (const line of createInterface(child.stdout)) {
    if (line !== 'block') break // it is done
    beside()
    if (++block === lastBlock) child.kill('SIGKILL')
    else child.stdin.write('on\n')
  }
  await exited
  return readdirSync(scanDirectory(metaPathOf(path)))
}
