import type { LiveDatabase } from './live-database.ts'

const ATTEMPTS_MAX = 100

/** Captures until everything committed so far is in local files. */
export async function captureAll(live: LiveDatabase): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const report = await live.capture()
    if (report === null || (report.kind !== 'busy' && report.kind !== 'replaced')) return
  }
}
