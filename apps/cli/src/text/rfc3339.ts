const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

/**
 * Reads an RFC 3339 time; returns whole milliseconds since the Unix epoch, or `null` when it is none. Finer
 * fractions are rounded up: what happened before a moment happened before the next whole millisecond, and files are dated in those.
 */
export function parseRfc3339(text: string): number | null {
  const match = RFC3339.exec(text)
  if (match === null) return null
  const at = (group: number): number => Number(match[group] ?? '0')
  const [year, month, day, hour, minute, second] = [at(1), at(2), at(3), at(4), at(5), at(6)]
  if (hour > 23 || minute > 59 || second > 59 || at(9) > 23 || at(10) > 59) return null
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  const fractionMs = Math.ceil(Number(`0.${match[7] ?? '0'}`) * 1000 - 1e-9)
  date.setUTCHours(hour, minute, second, fractionMs)
  const offsetMinutes = (at(9) * 60 + at(10)) * (match[8] === '-' ? -1 : 1)
  return date.getTime() - offsetMinutes * 60_000
}

/** Milliseconds since the Unix epoch as UTC with whole seconds, rounded down: `2026-01-02T03:04:05Z`. */
export function formatSeconds(timestampMs: number): string {
  return `${new Date(timestampMs).toISOString().slice(0, -5)}Z`
}

/** Milliseconds since the Unix epoch as local time with milliseconds and offset, `Z` in UTC. */
export function formatLocal(timestampMs: number): string {
  const date = new Date(timestampMs)
  const offset = -date.getTimezoneOffset()
  const local = new Date(timestampMs + offset * 60_000).toISOString().slice(0, -1)
  if (offset === 0) return `${local}Z`
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`
}

/** An RFC 3339 time without its fraction of a second. */
export function withoutFraction(time: string): string {
  return time.replace(/(?<=T\d\d:\d\d:\d\d)\.\d+/, '')
}

function two(value: number): string {
  return String(Math.trunc(value)).padStart(2, '0')
}
