const POWERS = 'kmgtpe'

/** The largest size, in bytes: what a JavaScript number holds exactly (8 PiB). */
const BYTE_SIZE_MAX = BigInt(Number.MAX_SAFE_INTEGER)

const SIZE = /^([\d.,]+) *([a-z]*)$/i
const UNIT = /^(?:([kmgtpe])(i?)b?|b?)$/

/**
 * Reads a size such as `5MB` (powers of 1000), `5MiB` or `5Mi` (powers of 1024) or `1,024` and returns whole bytes; `null` when it is
 * none. Commas in the number are ignored.
 */
export function parseByteSize(text: string): number | null {
  const match = SIZE.exec(text.trim())
  const [, whole, fraction] = /^(\d*)(?:\.(\d*))?$/.exec(match?.[1]?.replaceAll(',', '') ?? 'x') ?? []
  const unit = UNIT.exec((match?.[2] ?? '').toLowerCase())
  if (whole === undefined || unit === null || whole + (fraction ?? '') === '') return null
  const base = unit[2] === 'i' ? 1024n : 1000n
  const factor = unit[1] === undefined ? 1n : base ** BigInt(POWERS.indexOf(unit[1]) + 1)
  const digits = fraction ?? ''
  const bytes = (BigInt(whole + digits) * factor) / 10n ** BigInt(digits.length)
  return bytes > BYTE_SIZE_MAX ? null : Number(bytes)
}
