import type { RestoreTarget } from '@ltx/restore'
import type { IntegrityCheck, RestoreFlags } from '../commands/restore-flags.ts'
import type { FlagValues } from '../flags/flag.ts'
import { jsonText } from '../print/json.ts'
import type { CommandIo } from '../program/io.ts'

/** What is to be restored, and how; everything the flags can say without looking at the replica. */
export interface RestoreJob {
  readonly argument: string
  /** As typed; messages and JSON show it. */
  readonly output: string
  /** Absolute. */
  readonly outputPath: string
  readonly target: RestoreTarget
  readonly check: IntegrityCheck
  readonly flags: FlagValues<RestoreFlags>
  readonly io: CommandIo
}

/**
 * What `-json` prints when all is done.
 *
 * @param txid Empty where there is none: a replica of Litestream 0.3, or one that is followed.
 */
export function summaryText(
  { output, check }: RestoreJob,
  replicaType: string,
  txid: string,
  durationMs: number,
): string {
  return jsonText({
    db_path: output,
    replica: replicaType,
    txid,
    duration_ms: Math.round(durationMs),
    integrity_check: check,
  })
}
