import { basename } from 'node:path'
import { systemErrorCode, type Env } from '@ltx/env'
import { formatTxid, parseTxid, toTxid, type Txid } from '@ltx/format'
import { readRecord, writeRecord } from './checked-record.ts'
import { LocalFiles } from './local-files.ts'

interface Record {
  readonly version: 1
  readonly txid: string
  /** Of the level 0 file of that TXID, in hex: TXIDs alone are used again after a reset. */
  readonly fileChecksum: string
}

/**
 * Keeps in `META/confirmed` up to where the replica is known to hold everything, for those who look when no process replicates. It is
 * written now and then and never synced, so it may say less than was true, and nothing begins from it.
 */
export class ConfirmedRecord {
  readonly #env: Env
  readonly #metaPath: string
  #noted: Txid | null

  /** @param noted What the record says already, as that of a database that was closed in order; `null`: not known. */
  constructor(parts: { readonly env: Env; readonly metaPath: string }, noted: Txid | null) {
    this.#env = parts.env
    this.#metaPath = parts.metaPath
    this.#noted = noted
  }

  /** Costs nothing where that is known already. A failure is no reason to stop: it is logged for who debugs, and tried again. */
  note(confirmed: Txid | null): void {
    if (confirmed === null || confirmed === this.#noted) return
    const [env, metaPath] = [this.#env, this.#metaPath]
    try {
      const fileChecksum = checksumOf(env, metaPath, confirmed)
      if (fileChecksum === null) return // trimmed: what is older than every local file is known to be stored
      const record: Record = { version: 1, txid: formatTxid(confirmed), fileChecksum }
      writeRecord(env, metaPath, 'confirmed', record)
      this.#noted = confirmed
    } catch (error) {
      if (systemErrorCode(error) === null) throw error
      env.logger.log('debug', 'what the replica holds was not noted', {
        state: basename(metaPath),
        error: error as Error,
      })
    }
  }
}

/**
 * Up to where the replica held everything at some time, by the local state alone: by the record, and because local files are deleted only
 * when they are stored. Without the lock of the state folder, and while a process replicates.
 *
 * @returns `null`: nothing is known. It may have held more.
 */
export function readConfirmed(env: Env, metaPath: string): Txid | null {
  const [oldest] = new LocalFiles(env.blockingFiles, metaPath).newestRun()
  const before = oldest === undefined || oldest.txid === 1n ? null : toTxid(oldest.txid - 1n)
  const record = readRecord(env, metaPath, 'confirmed') as Record | null
  const noted = record?.version === 1 ? parseTxid(record.txid) : null
  if (noted === null || checksumOf(env, metaPath, noted) !== record?.fileChecksum) return before
  return before === null || noted > before ? noted : before
}

function checksumOf(env: Env, metaPath: string, txid: Txid): string | null {
  try {
    return new LocalFiles(env.blockingFiles, metaPath).readFileChecksum(txid).toString(16)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw error
  }
}
