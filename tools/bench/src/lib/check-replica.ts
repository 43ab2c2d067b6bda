import { rmSync } from 'node:fs'
import { runMeasured } from './measured-child.ts'
import type { Program } from './program-under-test.ts'
import { checkpointFully, hashOf, mustHash } from './same-content.ts'

/** What was replicated can be restored, and is the database byte for byte. Nobody may use the database now. */
export async function checkReplica(program: Program, database: string, replica: string): Promise<void> {
  const output = `${database}.restored`
  await runMeasured([...program.argv, 'restore', '-o', output, `file://${replica}`])
  checkpointFully(database)
  await mustHash(output, await hashOf(database))
  rmSync(output)
}
