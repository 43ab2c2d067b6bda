/** Nanoseconds in each unit that Go's durations know. */
const UNIT_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n, // micro sign
  μs: 1_000n, // Greek letter mu
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

/** The largest duration, in nanoseconds: a signed 64-bit number, about 292 years. */
const DURATION_NS_MAX = 0x7fff_ffff_ffff_ffffn

const PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y

/**
 * Reads a duration such as `1h30m`, `1.5s` or `0` and returns milliseconds, with a fraction where it has one; `null` when it is none.
 *
 * @see Go's time.ParseDuration
 */
export function parseDuration(text: string): number | null {
  const signed = /^[+-]/.test(text)
  const body = signed ? text.slice(1) : text
  if (body === '0') return 0
  let total = 0n
  PART.lastIndex = 0
  while (PART.lastIndex < body.length) {
    const match = PART.exec(body)
    if (match === null) return null
    const part = partNs(match[1] ?? '', match[2] ?? '', match[3] ?? '')
    if (part === null) return null
    total += part
  }
  if (body === '' || total > DURATION_NS_MAX) return null
  return nsToMs(text.startsWith('-') ? -total : total)
}

function partNs(whole: string, fraction: string, unit: string): bigint | null {
  const unitNs = UNIT_NS[unit]
  if (unitNs === undefined || whole + fraction === '') return null
  const scale = 10n ** BigInt(fraction.length)
  return (BigInt(whole + fraction) * unitNs) / scale
}

/** Nanoseconds to milliseconds. */
export function nsToMs(ns: bigint): number {
  const whole = ns / 1_000_000n
  return Number(whole) + Number(ns - whole * 1_000_000n) / 1e6
}

/** Milliseconds as Go prints a duration: `1h0m0s`, `1m30s`, `250ms`, `1.5s`, `5ns`, `0s`. */
export function formatDuration(milliseconds: number): string {
  const ns = BigInt(Math.round(Math.abs(milliseconds) * 1e6))
  const sign = milliseconds < 0 && ns > 0n ? '-' : ''
  if (ns === 0n) return '0s'
  if (ns < 1_000n) return `${sign}${ns}ns`
  if (ns < 1_000_000n) return `${sign}${decimal(ns, 1_000n)}µs`
  if (ns < 1_000_000_000n) return `${sign}${decimal(ns, 1_000_000n)}ms`
  const minutes = ns / 60_000_000_000n
  const seconds = `${decimal(ns % 60_000_000_000n, 1_000_000_000n)}s`
  if (minutes === 0n) return sign + seconds
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

/** The same without units that say nothing: `12h` for `12h0m0s`. Reads back as the same duration. */
export function shortDuration(milliseconds: number): string {
  return formatDuration(milliseconds)
    .replace(/(?<=[hm])0s$/, '')
    .replace(/(?<=h)0m$/, '')
}

function decimal(value: bigint, unit: bigint): string {
  const digits = (value % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '')
  return digits === '' ? `${value / unit}` : `${value / unit}.${digits}`
}
