// An application that treats its database as badly as SQLite allows, with a seed. Told over the process's channel when to go on and when
// to pause between two transactions; killed whenever somebody likes.
import { setImmediate as turn } from 'node:timers/promises'
import { HostileApp, type HostileSettings } from './lib/hostile-actions.ts'
import { seeded } from './lib/seeded.ts'
import { serve } from './lib/serve.ts'

const [settingsText = '{}', seedText = '1'] = process.argv.slice(2)
const app = new HostileApp(JSON.parse(settingsText) as HostileSettings, seeded(Number(seedText)))
let running = false
let idle: Promise<void> = Promise.resolve()

serve({
  run() {
    if (running) return
    running = true
    idle = work()
    idle.catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    })
  },
  /** Resolves between two transactions; gives the number of commits that have returned. */
  async pause() {
    running = false
    await idle
    return app.commits
  },
  async close() {
    running = false
    await idle
    app.close()
  },
})

async function work(): Promise<void> {
  while (running) {
    await app.act()
    await turn()
  }
}
