import { spawn } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { COMPILE_CACHE } from './compile-cache.ts'

const PROGRAMS: Readonly<Record<string, string>> = {
  ltx: '../src/main.ts',
  litestream: '../src/main.ts',
  sqlite3: './sqlite3.ts',
}

/** A script that waits for what does not come is ended, and has no exit code. */
const MS_MAX = 240_000

/** Runs a script with `sh` in `directory`, with our program in its PATH. What it leaves running is ended. */
export async function runScript(
  script: string,
  directory: string,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const bin = join(directory, '.bin')
  await mkdir(bin)
  for (const [name, source] of Object.entries(PROGRAMS)) {
    const path = fileURLToPath(new URL(source, import.meta.url))
    await writeFile(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${path}' "$@"\n`)
    await chmod(join(bin, name), 0o755)
  }
  // Its own process group, so that daemons in the background end with it.
  const child = spawn('sh', ['-c', script], {
    cwd: directory,
    detached: true,
    env: {
      ...process.env,
      PATH: `${bin}:${process.env['PATH']}`,
      LITESTREAM_CONFIG: '',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => void (output += text))
  }
  const ended = new Promise((resolve) => child.once('close', resolve))
  const timer = setTimeout(() => endGroup(child.pid), MS_MAX)
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  clearTimeout(timer)
  endGroup(child.pid)
  await ended
  return { exitCode, output }
}

function endGroup(processId: number | undefined): void {
  try {
    if (processId !== undefined) process.kill(-processId, 'SIGKILL')
  } catch {
    // nothing of it is left
  }
}
