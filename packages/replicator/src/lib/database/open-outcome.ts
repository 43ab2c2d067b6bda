import type { Env } from '@ltx/env'
import { hasBaseline } from '../page-table/baseline.ts'
import { PageTable } from '../page-table/page-table.ts'
import type { OpenOutcome } from './follower-port.ts'
import type { LocalFiles } from './local-files.ts'

/** What the state folder of a database that has just been opened says. */
export function openOutcome(env: Env, local: LocalFiles, switchedToWal: boolean): OpenOutcome {
  using table = PageTable.openToRead(env.blockingFiles, local.metaPath)
  const run = local.newestRun()
  const first = run[0]?.txid ?? null
  return {
    kind: 'opened',
    hasBaseline: hasBaseline(local, table),
    local: first === null ? null : { min: first, max: run.at(-1)?.txid ?? first },
    switchedToWal,
  }
}
