import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { restore } from '@ltx/restore'
import Database from 'better-sqlite3'

/** Restores into a new file. @returns the TXID restored. */
export async function restoreTo(replica: string, outputPath: string, txid: bigint | null): Promise<bigint> {
  rmSync(outputPath, { force: true })
  const env = nodeEnv()
  const client = fileClient({ path: replica, env })
  const target = txid === null ? { kind: 'latest' as const } : { kind: 'txid' as const, txid: toTxid(txid) }
  try {
    return (await restore({ client, env, outputPath, target })).txid
  } finally {
    await client.close()
  }
}

/** Where two database files differ: page numbers, at most twenty, and both sizes. `null`: nowhere. */
export function differenceOf(expected: string, found: string): string | null {
  const [a, b] = [readFileSync(expected), readFileSync(found)]
  if (a.equals(b)) return null
  const stored = a.readUInt16BE(16)
  const pageSize = stored === 1 ? 65_536 : stored
  const pages: number[] = []
  for (let at = 0; at < Math.max(a.length, b.length) && pages.length < 20; at += pageSize) {
    if (!a.subarray(at, at + pageSize).equals(b.subarray(at, at + pageSize))) pages.push(at / pageSize + 1)
  }
  return `pages ${pages.join(', ')} differ (expected ${a.length / pageSize} pages of ${pageSize}, found ${b.length / pageSize})`
}

export function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

export interface Inspection {
  /** `ok`, or what SQLite finds wrong. */
  readonly integrity: string
  /** Transactions that each application has committed, as the database says. */
  readonly ledger: ReadonlyMap<string, number>
}

/** Looks into a file that nobody else uses, and leaves nothing beside it. */
export function inspect(file: string): Inspection {
  const database = new Database(file)
  try {
    const integrity = database.pragma('integrity_check', { simple: true }) as string
    const rows = database.prepare('SELECT name, commits FROM ledger').all() as {
      name: string
      commits: number
    }[]
    return { integrity, ledger: new Map(rows.map(({ name, commits }) => [name, commits])) }
  } finally {
    database.close()
  }
}
