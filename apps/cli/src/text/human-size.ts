const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const

/** Bytes for people, in powers of 1000 with two or three digits: `9 B`, `4.2 kB`, `33 kB`. */
export function humanSize(bytes: number): string {
  if (bytes < 10) return `${bytes} B`
  let power = 0
  let value = bytes
  while (value >= 1000 && power < UNITS.length - 1) {
    value /= 1000
    power++
  }
  const rounded = Math.floor(value * 10 + 0.5) / 10
  return `${rounded < 10 ? rounded.toFixed(1) : rounded.toFixed(0)} ${UNITS[power] ?? 'EB'}`
}
