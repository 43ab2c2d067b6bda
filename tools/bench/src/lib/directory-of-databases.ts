import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ManyDatabases } from './many-databases.ts'
import { makeDatabase } from './sample-database.ts'

/** So many small databases in one folder, and one entry of a configuration for all of them. */
export function makeDirectory(folder: string, count: number): ManyDatabases {
  const data = path.join(folder, 'data')
  mkdirSync(data, { recursive: true })
  const databases = Array.from({ length: count }, (_, index) => path.join(data, `app-${index}.db`))
  const [first = '', ...others] = databases
  makeDatabase(first, 100_000)
  for (const database of others) copyFileSync(first, database)
  const all = path.join(folder, 'replicas')
  const config = path.join(folder, 'litestream.yml')
  writeFileSync(config, `dbs:\n  - dir: ${data}\n    pattern: '*.db'\n    replica: {url: "file://${all}"}\n`)
  return { databases, replicas: databases.map((each) => path.join(all, path.basename(each))), config }
}
