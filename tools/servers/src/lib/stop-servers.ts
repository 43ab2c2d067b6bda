import { rm } from 'node:fs/promises'
import { endProcessGroup } from './processes.ts'
import { readRecords, removeRecord, type ServerRecord } from './server-records.ts'

/** Ends the processes of a server and removes its files and its record. One that is gone already is fine. */
export async function stopServer(registry: string, record: ServerRecord): Promise<void> {
  await Promise.all(record.processes.map(endProcessGroup))
  await rm(record.folder, { recursive: true, force: true, maxRetries: 5 })
  await removeRecord(registry, record.name)
}

/** Stops the servers of those names, or all that the registry knows. Gives the names of those that it stopped. */
export async function stopServers(registry: string, names?: readonly string[]): Promise<string[]> {
  const records = (await readRecords(registry)).filter(({ name }) => names?.includes(name) ?? true)
  await Promise.all(records.map((record) => stopServer(registry, record)))
  return records.map(({ name }) => name)
}
