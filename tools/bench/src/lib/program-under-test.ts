import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { runMeasured } from './measured-child.ts'

export const ROOT: string = path.resolve(import.meta.dirname, '../../../..')

/** A command that replicates and restores: ours or the real one. Both take the same words. */
export interface Program {
  readonly side: 'ours' | 'peer'
  /** What comes before its own arguments. */
  readonly argv: readonly string[]
  /** `packed`, `source`, a version: for the reader of the results. */
  readonly kind: string
}

/** Our command from the checkout. */
export function sourceProgram(): Program {
  return { side: 'ours', argv: [process.execPath, path.join(ROOT, 'apps/cli/bin/ltx.js')], kind: 'source' }
}

/** Our command at a place that the user names. */
export function programAt(file: string): Program {
  if (!existsSync(file)) throw new RangeError(`${file} does not exist`)
  return { side: 'ours', argv: [process.execPath, path.resolve(file)], kind: file }
}

/** The real Litestream: at `file`, else where tools/peer installs it, if it did; `null` if not. */
export async function findPeer(file: string | null): Promise<Program | null> {
  const found = file ?? installedPeer()
  if (found === null) return null
  const { stdout } = await runMeasured([found, 'version'])
  return { side: 'peer', argv: [found], kind: `Litestream ${stdout.trim()}` }
}

function installedPeer(): string | null {
  const cacheHome = process.env['XDG_CACHE_HOME'] ?? ''
  const cache = path.join(cacheHome === '' ? path.join(homedir(), '.cache') : cacheHome, 'ltx-dev')
  if (!existsSync(cache)) return null
  const files = readdirSync(cache)
    .filter((name) => /^litestream-0\.5\.\d+$/.test(name))
    .map((name) => path.join(cache, name, 'bin/litestream'))
    .filter((each) => existsSync(each))
  return files.toSorted().at(-1) ?? null
}
