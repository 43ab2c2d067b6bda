import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { MeasuredChild } from './measured-child.ts'
import type { Program } from './program-under-test.ts'

const LTX_FILE = /^[0-9a-f]{16}-[0-9a-f]{16}\.ltx$/

/** The folder of level 0 in a replica or in local state. */
export function level0Folder(base: string): string {
  return path.join(base, 'ltx/0')
}

/** Where local state of a database lives, ours and Litestream's. */
export function localStateOf(database: string): string {
  return path.join(path.dirname(database), `.${path.basename(database)}-litestream`)
}

/** The LTX files of one level of a replica. */
export function filesOf(replica: string, level: number): string[] {
  const folder = path.join(replica, `ltx/${level}`)
  return existsSync(folder) ? readdirSync(folder).filter((name) => LTX_FILE.test(name)) : []
}

/** Starts `replicate` on one database, with default settings. Resolves when the replica holds its first file. */
export async function startReplicating(
  program: Program,
  database: string,
  replica: string,
): Promise<MeasuredChild> {
  const child = new MeasuredChild([...program.argv, 'replicate', database, `file://${replica}`])
  try {
    await child.until('the first file of the replica', () => filesOf(replica, 0).length > 0)
  } catch (error) {
    await child[Symbol.asyncDispose]()
    throw error
  }
  return child
}
