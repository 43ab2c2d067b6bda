/** 0000-01-01T00:00:00Z: the first time that RFC 3339 can write. */
export const TIMESTAMP_MS_MIN = -62_167_219_200_000

/** 9999-12-31T23:59:59.999Z: the last one. */
export const TIMESTAMP_MS_MAX = 253_402_300_799_999

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

/**
 * How object metadata carries a header's timestamp: Go's `RFC3339Nano` in UTC, where trailing zeros of the fraction are dropped and
 * a whole second has none.
 *
 * @param timestampMs Milliseconds since the Unix epoch, a whole number, years 0 to 9999
 * @throws {RangeError} outside of that
 * @see Go `time.RFC3339Nano`
 */
export function formatTimestamp(timestampMs: number): string {
  if (!isTimestamp(timestampMs)) throw new RangeError(`timestamp ${timestampMs} ms is outside years 0..9999`)
  const [whole, fraction] = new Date(timestampMs).toISOString().slice(0, -1).split('.') as [string, string]
  const digits = fraction.replace(/0+$/, '')
  return digits === '' ? `${whole}Z` : `${whole}.${digits}Z`
}

/** Whether it can be written down as metadata: a whole number of milliseconds in the years 0 to 9999. */
export function isTimestamp(timestampMs: number): boolean {
  return Number.isInteger(timestampMs) && timestampMs >= TIMESTAMP_MS_MIN && timestampMs <= TIMESTAMP_MS_MAX
}

/**
 * Milliseconds since the Unix epoch, rounded down; `null` when the text is not a time. Any number of fraction digits and any offset
 * are read, as Go does.
 */
export function parseTimestamp(text: string): number | null {
  const match = PATTERN.exec(text)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)))
  const rolledOver =
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    date.getUTCHours() !== hour ||
    date.getUTCMinutes() !== minute ||
    date.getUTCSeconds() !== second
  const offsetHours = Number(match[9] ?? 0)
  const offsetMinutes = Number(match[10] ?? 0)
  if (rolledOver || offsetHours > 23 || offsetMinutes > 59) return null
  const sign = match[8] === '-' ? -1 : 1
  return date.getTime() - sign * (offsetHours * 60 + offsetMinutes) * 60_000
}
