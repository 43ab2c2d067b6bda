import type { DatabaseStatus } from '@ltx/replicator'
import { describeError } from '../program/errors.ts'
import { stateOf } from '../health/state-of.ts'
import { redactUrls } from '../text/redact-url.ts'
import { formatLocal } from '../text/rfc3339.ts'
import type { ControlContext } from './control-context.ts'
import { ControlError } from './control-error.ts'
import { pathOf, txidOf } from './database-operations.ts'
import type { ManagedDatabase } from './managed-databases.ts'
import { syncDiagnostics } from './sync-diagnostics.ts'

type Question = (
  query: URLSearchParams,
  context: ControlContext,
) => Promise<Record<string, unknown>> | Record<string, unknown>

export const listDatabases: Question = (_query, context) => ({
  databases: context.databases.all.map((database) => listed(database, context)),
})

export const daemonInfo: Question = (_query, { io, startedAtMs, nowMs, databases }) => ({
  version: io.version,
  pid: io.processId,
  uptime_seconds: Math.floor((nowMs() - startedAtMs) / 1000),
  started_at: formatLocal(startedAtMs),
  database_count: databases.all.length,
  troubled_count:
    databases.all.filter(({ path }) => isTroubled(databases.running(path)?.status())).length || undefined,
})

/** Nothing of it is backed up at the moment, and somebody should know. */
function isTroubled(status: DatabaseStatus | undefined): boolean {
  return status !== undefined && ['failed', 'waiting', 'missing'].includes(stateOf(status))
}

export const databaseTxid: Question = async (query, context) => {
  const path = pathOf(query.get('path') ?? '', context)
  if (context.databases.get(path) === null) throw new ControlError(404, 'database not found')
  return { txid: await txidOf(path, context) }
}

export const syncStatus: Question = (query, context) => {
  const given = query.get('path') ?? ''
  const { databases } = context
  const path = given === '' ? null : pathOf(given, context)
  if (path !== null && databases.get(path) === null) throw new ControlError(404, 'database not found')
  const chosen = databases.all.filter((database) => path === null || database.path === path)
  return {
    databases: chosen.map((database) => {
      const status = databases.running(database.path)?.status() ?? null
      return { path: database.path, ...syncDiagnostics(status, context.nowMs()) }
    }),
  }
}

function listed({ path }: ManagedDatabase, context: ControlContext): Record<string, unknown> {
  const status = context.databases.running(path)?.status()
  const syncedAtMs = context.databases.syncedAtMs(path)
  const last_sync_at = syncedAtMs === null ? undefined : formatLocal(syncedAtMs)
  if (status === undefined) return { path, status: 'stopped', last_sync_at }
  const trouble = context.troubles.of(path)?.error ?? status.error
  const working = context.isContinuous ? 'replicating' : 'open'
  const state = stateOf(status)
  return {
    path,
    status: state === 'failed' || state === 'waiting' || state === 'missing' ? state : working,
    last_sync_at,
    error: trouble === null ? undefined : redactUrls(describeError(trouble)),
  }
}
