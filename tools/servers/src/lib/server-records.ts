import { readdir, readFile, rm } from 'node:fs/promises'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ProcessId } from './processes.ts'
import type { ServerSettings } from './server-kind.ts'

/** A server that was started: what is needed to stop it, whoever started it. */
export interface ServerRecord {
  readonly name: string
  readonly variable: string
  /** Its files, its logs. */
  readonly folder: string
  readonly processes: readonly ProcessId[]
  /** `null` until it is ready. */
  readonly settings: ServerSettings | null
}

const SUFFIX = '.json'

/** At once, not in a moment: whoever is killed right after it started a process has written it down. */
export function writeRecord(registry: string, record: ServerRecord): void {
  mkdirSync(registry, { recursive: true })
  const file = path.join(registry, record.name + SUFFIX)
  writeFileSync(`${file}.tmp`, JSON.stringify(record, null, 2), { mode: 0o600 }) // it has keys
  renameSync(`${file}.tmp`, file)
}

export async function readRecords(registry: string): Promise<ServerRecord[]> {
  const names = await readdir(registry).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => name.endsWith(SUFFIX)).toSorted()
  return Promise.all(
    files.map(async (name) => JSON.parse(await readFile(path.join(registry, name), 'utf8')) as ServerRecord),
  )
}

export async function removeRecord(registry: string, name: string): Promise<void> {
  await rm(path.join(registry, name + SUFFIX), { force: true })
}
