import { createInterface } from 'node:readline'
import type { Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { betterSqlite3Driver } from '../src/better-sqlite3.ts'
import { DatabaseFollower } from '../src/lib/database/database-follower.ts'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import { databaseSettings } from '../src/lib/settings.ts'

// A replicator for tests that writes a line between two blocks of a scan, and goes on at a line. See scan-process.ts.

const path = process.argv[2] ?? ''
const lines = createInterface(process.stdin)
lines.on('close', () => process.exit()) // whoever started it has ended
let block = 0

const env = nodeEnv()
const slow: Env = {
  ...env,
  clock: {
    wallMs: () => env.clock.wallMs(),
    elapsedMs: () => env.clock.elapsedMs() + 1000 * block,
    sleep: async (delayMs, options) => {
      if (delayMs > 0) return await env.clock.sleep(delayMs, options)
      block++
      process.stdout.write('block\n')
      await new Promise((resolve) => lines.once('line', resolve))
    },
  },
}
const settings = databaseSettings({ slidingScanBytesMin: 1 })
const options = { path, metaPath: metaPathOf(path), settings }
const follower = new DatabaseFollower(slow, betterSqlite3Driver(), options, null)
await follower.open()
await follower.start({ keepLocal: true, lastTXID: null, newestFileMs: 0, confirmed: null })
await follower.sync()
process.stdout.write('done\n')
