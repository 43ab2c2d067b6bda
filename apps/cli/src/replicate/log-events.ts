import { basename } from 'node:path'
import type { FileInfo } from '@ltx/client-core'
import type { LogFields, Logger, LogLevel } from '@ltx/env'
import { formatTxid } from '@ltx/format'
import type { ReplicatorEvent } from '@ltx/replicator'
import { formatDuration } from '../text/duration.ts'

/** A line of the log. */
interface Line {
  readonly level: LogLevel
  readonly message: string
  readonly fields?: LogFields
}

/** Writes what the engine reports into the log, with the database's name. */
export function logEvents(logger: Logger): (event: ReplicatorEvent) => void {
  return function logEvent(event) {
    const line = lineOf(event)
    if (line !== null) logger.log(line.level, line.message, { db: basename(event.path), ...line.fields })
  }
}

/** The line for an event; `null` when it is not worth one. */
export function lineOf(event: ReplicatorEvent): Line | null {
  switch (event.kind) {
    case 'error':
      return event.log ? errorLine(event) : null
    case 'conflict':
      return {
        level: 'error',
        message: 'another writer uses this replica path; uploads of this database have stopped',
        fields: { txid: formatTxid(event.txid), error: event.error },
      }
    case 'recovered': {
      const { during, failures, because } = event
      const reason = because === undefined ? {} : { reason: because }
      return { level: 'info', message: 'recovered', fields: { during, previous_errors: failures, ...reason } }
    }
    case 'upload':
    case 'compaction':
    case 'snapshot':
    case 'retention':
      return replicaLine(event)
    case 'state':
    case 'start':
    case 'switched-to-wal':
    case 'sync':
    case 'checkpoint':
    case 'resync':
    case 'replaced':
      return databaseLine(event)
    case 'missing':
      return null // AbsenceWarnings waits a little: what went from a watched directory went on purpose
  }
}

type EventOf<Kind> = Extract<ReplicatorEvent, { kind: Kind }>

function errorLine({ during, error, retryInMs }: EventOf<'error'>): Line {
  const fields = {
    during,
    error,
    retry: retryInMs === null ? undefined : formatDuration(Math.round(retryInMs)),
  }
  return { level: 'error', message: `${during} failed`, fields }
}

function replicaLine(event: EventOf<'upload' | 'compaction' | 'snapshot' | 'retention'>): Line {
  switch (event.kind) {
    case 'upload': {
      const last = event.files.at(-1)
      return {
        level: 'debug',
        message: 'uploaded',
        fields: { files: event.files.length, ...(last && fileFields(last)) },
      }
    }
    case 'compaction':
      return {
        level: 'info',
        message: 'compaction complete',
        fields: { inputs: event.inputs, ...fileFields(event.file) },
      }
    case 'snapshot':
      return {
        level: 'info',
        message: event.existed ? 'a snapshot of this position exists, and it is sound' : 'snapshot complete',
        fields: fileFields(event.file),
      }
    case 'retention':
      return {
        level: event.deleted.length > 0 ? 'info' : 'debug',
        message: 'retention enforced',
        fields: { deleted_count: event.deleted.length, local_deleted_count: event.localDeleted },
      }
  }
}

function databaseLine(
  event: EventOf<'state' | 'start' | 'switched-to-wal' | 'sync' | 'checkpoint' | 'resync' | 'replaced'>,
): Line {
  switch (event.kind) {
    case 'state':
      return event.state === 'absent'
        ? { level: 'info', message: 'database does not exist yet, waiting for it' }
        : { level: 'debug', message: 'state', fields: { state: event.state } }
    case 'start':
      return startLine(event)
    case 'switched-to-wal':
      return { level: 'info', message: 'database switched to WAL mode' }
    case 'sync':
      return {
        level: 'debug',
        message: 'synced',
        fields: { files: event.report.files.length, duration: formatDuration(Math.round(event.elapsedMs)) },
      }
    case 'checkpoint':
      return { level: 'debug', message: 'checkpoint', fields: { mode: event.checkpoint.kind } }
    case 'resync':
      return resyncLine(event)
    case 'replaced':
      return {
        level: 'warn',
        message: 'the database file was replaced or deleted; what is there now is opened',
      }
  }
}

function startLine({ plan, because, isOthers }: EventOf<'start'>): Line {
  const fields = { plan, reason: because }
  if (isOthers !== true) return { level: 'info', message: 'replication starts', fields }
  const hint = 'is another database or process using this replica? Each needs a replica path of its own'
  return { level: 'warn', message: 'replication starts', fields: { ...fields, hint } }
}

/** The first image is no news; another whole image is, for it is what replication is meant to save. */
function resyncLine({ because, full, bytes, isAnother }: EventOf<'resync'>): Line {
  const fields = { reason: because, size: bytes }
  if (isAnother === true) {
    const hint =
      'if nobody has put another database here or written every page of it, two databases use this replica'
    return { level: 'warn', message: 'the replica held another database', fields: { ...fields, hint } }
  }
  if (!full) return { level: 'info', message: 'pages that changed meanwhile are written', fields }
  if (because === 'no-position')
    return { level: 'info', message: 'the first image of the database is written', fields }
  return { level: 'warn', message: 'the whole database is written again', fields }
}

function fileFields(file: FileInfo): LogFields {
  return {
    level: file.level,
    'txid.min': formatTxid(file.minTXID),
    'txid.max': formatTxid(file.maxTXID),
    size: file.size,
  }
}
