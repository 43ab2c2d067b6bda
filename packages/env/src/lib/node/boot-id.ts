import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

const LINUX_BOOT_ID = '/proc/sys/kernel/random/boot_id'
const MINUTE_MS = 60_000

/**
 * Another text after each start of the machine. Linux tells; elsewhere it is the minute of the start by the wall clock, which may also
 * change when that is set.
 */
export function bootId(read: (path: string) => string = readText): string {
  try {
    return read(LINUX_BOOT_ID).trim()
  } catch {
    return `started ${Math.round((Date.now() - uptime() * 1000) / MINUTE_MS)}`
  }
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}
