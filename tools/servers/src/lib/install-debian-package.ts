import { access } from 'node:fs/promises'
import { runProgram } from './run-program.ts'

const INSTALL_TIMEOUT_MS = 600_000
/** No service of the package starts by itself, and nothing asks. */
const QUIET = { RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' }

let queue: Promise<unknown> = Promise.resolve()

/**
 * The path of a program of the system; its Debian package is installed if the program is missing and we may. One
 * installation at a time: apt has one lock.
 */
export function installDebianPackage(program: string, packageName: string): Promise<string> {
  const result = queue.then(() => install(program, packageName))
  queue = result.catch(() => undefined) // the next one's turn comes anyway
  return result
}

async function install(program: string, packageName: string): Promise<string> {
  if (await exists(program)) return program
  if (process.getuid?.() !== 0) {
    throw new Error(`${program} is missing, and only root can install ${packageName}: install it by hand`)
  }
  const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=300']
  const options = { env: QUIET, timeoutMs: INSTALL_TIMEOUT_MS }
  await runProgram([...apt, 'update'], options)
  await runProgram([...apt, 'install', '-y', '--no-install-recommends', packageName], options)
  if (!(await exists(program))) throw new Error(`${packageName} is installed, but there is no ${program}`)
  return program
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
