// The main job in one command, `pnpm demo`: an application writes, its database is replicated, everything is killed, the
// database is lost and restored, and both are compared page by page. With --clean nothing is left on the disk.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { checkpointedCopy, compareDatabases, countOrders } from './lib/compare-databases.ts'
import { LTX, runLtx, startNode } from './lib/run-node.ts'
import { level0Files, untilQuiet, lookAfter } from './lib/watch-replica.ts'

const WRITING_MS = 6000

const folder = mkdtempSync(path.join(tmpdir(), 'ltx-demo-'))
const place = {
  database: path.join(folder, 'app.db'),
  replica: path.join(folder, 'backup'),
  truth: path.join(folder, 'truth.db'),
  restored: path.join(folder, 'restored.db'),
  earlier: path.join(folder, 'earlier.db'),
}
const replicaUrl = `file://${place.replica}`

await replicateAndLose()
await restoreAndCompare()
console.log(`
That was real. The same by hand, for a database of yours:

  ltx replicate app.db file:///backup/app            beside your application
  ltx restore -o app.db file:///backup/app           the last synced transaction
  ltx restore -o app.db -timestamp 2026-01-02T03:04:05Z file:///backup/app

In this checkout \`ltx\` is: npx -y pnpm@12.21.0 exec node ${path.relative(process.cwd(), LTX)}`)
if (process.argv.includes('--clean')) rmSync(folder, { recursive: true })
else console.log(`Everything is still in ${folder}; look at it, then delete it.`)

/** Steps 1 to 3: an application, a replicator, and the end of both. */
async function replicateAndLose(): Promise<void> {
  console.log(`1. An application writes to ${place.database}`)
  const writer = startNode([path.join(import.meta.dirname, 'writer.ts'), place.database])
  await writer.until('its first commit', () => commitsOf(writer.output()) > 0)

  console.log(`2. Replicating: ltx replicate app.db ${replicaUrl}`)
  const replicator = startNode([LTX, 'replicate', place.database, replicaUrl])
  await replicator.until('the first file of the replica', () => level0Files(place.replica).length > 0)
  const before = { commits: commitsOf(writer.output()), atMs: performance.now() }
  await lookAfter(WRITING_MS, () => {
    writer.mustRun()
    replicator.mustRun()
  })
  const commits = commitsOf(writer.output()) - before.commits
  const seconds = (performance.now() - before.atMs) / 1000
  console.log(
    `   ${commits} commits in ${seconds.toFixed(1)} s (${Math.round(commits / seconds)} a second), while it was replicated`,
  )

  console.log('3. kill -9 the application in the middle of its work, then the replicator')
  await writer.kill()
  const lagMs = await untilQuiet(place.replica)
  await replicator.kill()
  console.log(`   the last commit was in the replica ${lagMs} ms after the kill`)
}

/** Steps 4 and 5: what SQLite itself recovers is the truth; the replica must give the same. */
async function restoreAndCompare(): Promise<void> {
  checkpointedCopy(place.database, place.truth)
  console.log(`4. Restoring: ltx restore -o restored.db ${replicaUrl}`)
  const start = performance.now()
  await runLtx(['restore', '-o', place.restored, replicaUrl])
  const seconds = (performance.now() - start) / 1000

  const result = compareDatabases(place.truth, place.restored)
  if (result.differing.length > 0) {
    console.error(
      `   ${result.differing.length} of ${result.pages} pages differ, the first is ${result.differing[0]}`,
    )
    console.error(`   everything is kept in ${folder}; please report it`)
    process.exit(1)
  }
  const megabytes = result.bytes / 1e6
  console.log(`   ${megabytes.toFixed(1)} MB in ${seconds.toFixed(2)} s, start of the program included`)
  console.log(
    `   all ${result.pages} pages are equal, byte for byte; ${countOrders(place.restored)} orders are in it`,
  )

  const files = level0Files(place.replica)
  const middle = files[Math.floor(files.length / 2)]
  if (middle === undefined) return
  const timestamp = new Date(middle.modifiedMs + 1).toISOString()
  console.log(`5. And as it was before: ltx restore -o earlier.db -timestamp ${timestamp} ${replicaUrl}`)
  await runLtx(['restore', '-o', place.earlier, '-timestamp', timestamp, replicaUrl])
  console.log(`   ${countOrders(place.earlier)} orders were in it then`)
}

/** The writer prints how many commits it has made. */
function commitsOf(output: string): number {
  return Number(output.trimEnd().split('\n').at(-1) ?? 0)
}
