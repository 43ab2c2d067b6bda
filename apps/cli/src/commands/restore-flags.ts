import { parseTxid, type Txid } from '@ltx/format'
import type { RestoreTarget } from '@ltx/restore'
import {
  durationFlag,
  type Flag,
  FlagValueError,
  integerFlag,
  parsedFlag,
  switchFlag,
  textFlag,
  withChoices,
} from '../flags/flag.ts'
import { CONFIG_FLAGS, JSON_FLAG } from '../flags/shared-flags.ts'
import { CommandError } from '../program/errors.ts'
import { parseRfc3339 } from '../text/rfc3339.ts'

export type IntegrityCheck = 'none' | 'quick' | 'full'

export interface RestoreFlags {
  readonly [name: string]: Flag<unknown>
  readonly config: Flag<string>
  readonly 'no-expand-env': Flag<boolean>
  readonly o: Flag<string>
  readonly txid: Flag<Txid | null>
  readonly timestamp: Flag<string>
  readonly parallelism: Flag<number>
  readonly 'if-db-not-exists': Flag<boolean>
  readonly 'if-replica-exists': Flag<boolean>
  readonly 'dry-run': Flag<boolean>
  readonly force: Flag<boolean>
  readonly json: Flag<boolean>
  readonly f: Flag<boolean>
  readonly 'follow-interval': Flag<number>
  readonly 'integrity-check': Flag<string>
}

export const RESTORE_FLAGS: RestoreFlags = {
  ...CONFIG_FLAGS,
  o: textFlag('PATH', 'where to write the database; needed with a URL,\notherwise the database’s own path'),
  txid: parsedFlag<Txid | null>(
    'TXID',
    'restore the state right after this transaction\n(16 hex digits, as ltx lists them)',
    null,
    (text) => {
      const txid = parseTxid(text.toLowerCase())
      if (txid === null)
        throw new FlagValueError(
          'invalid txid format (16 hex digits, as ltx lists them; from 0000000000000001)',
        )
      return txid
    },
  ),
  timestamp: textFlag('TIME', 'restore the last state before this moment,\nsuch as 2026-01-02T15:04:05Z'),
  parallelism: integerFlag('N', 'requests to the storage at once', 8),
  'if-db-not-exists': switchFlag('do nothing, and succeed, when the output exists'),
  'if-replica-exists': switchFlag('do nothing, and succeed, when the replica is empty'),
  'dry-run': switchFlag('show which files would be used, and write nothing'),
  force: switchFlag('replace an existing output, once the new database is ready'),
  json: JSON_FLAG,
  f: switchFlag('keep the output up to date until interrupted;\nothers may read it with SQLite all the time'),
  'follow-interval': durationFlag('D', 'how often to look for new files with -f', 1000),
  'integrity-check': withChoices(
    textFlag('MODE', 'let SQLite check the database before it is put in place:\nnone, quick or full', 'none'),
    ['none', 'quick', 'full'],
  ),
}

/** @throws {CommandError} another word */
export function parseIntegrityCheck(text: string): IntegrityCheck {
  if (text === 'none' || text === 'quick' || text === 'full') return text
  throw new CommandError(`invalid -integrity-check value: ${text} (none, quick or full)`)
}

/** @throws {CommandError} both given, or a time that is none */
export function restoreTarget(txid: Txid | null, timestamp: string): RestoreTarget {
  const timestampMs = timestamp === '' ? null : parseRfc3339(timestamp)
  if (timestamp !== '' && timestampMs === null) {
    throw new CommandError(
      'invalid -timestamp, must be ISO 8601 with a time zone (such as 2026-01-02T15:04:05Z)',
    )
  }
  if (txid !== null && timestampMs !== null)
    throw new CommandError('cannot specify both -txid and -timestamp')
  if (txid !== null) return { kind: 'txid', txid }
  return timestampMs === null ? { kind: 'latest' } : { kind: 'timestamp', timestampMs }
}
