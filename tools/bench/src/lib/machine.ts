import { execFileSync } from 'node:child_process'
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'
import { ROOT } from './program-under-test.ts'

/** Where the numbers come from: they mean little on another machine. */
export interface Machine {
  readonly system: string
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly node: string
  readonly commit: string
  /** The work tree differs from the commit. */
  readonly isChanged: boolean
  /** Averages over 1, 5 and 15 minutes before the first measure: above the cores, somebody else was at work. */
  readonly load: readonly number[]
}

export function describeMachine(): Machine {
  const processors = cpus()
  return {
    system: `${type()} ${release()} ${arch()}`,
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    node: process.version,
    commit: git('rev-parse', 'HEAD'),
    isChanged: git('status', '--porcelain', '--untracked-files=no') !== '',
    load: loadavg(),
  }
}

/** Without git or outside a checkout: an empty text. */
function git(...parameters: readonly string[]): string {
  try {
    return execFileSync('git', parameters, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return ''
  }
}
