import { homedir } from 'node:os'
import path from 'node:path'

/** Outside the checkout, so that a fresh clone finds what another has fetched. The same folder as that of tools/peer. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const base = environment['XDG_CACHE_HOME']
  return path.join(base === undefined || base === '' ? path.join(homedir(), '.cache') : base, 'ltx-dev')
}
