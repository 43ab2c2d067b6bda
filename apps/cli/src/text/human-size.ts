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
  return `${rounded < 10 ? rounded.toFixed(1) : halfToEven(rounded)} ${UNITS[power] ?? 'EB'}`
}

/** 16.5 is 16 and 17.5 is 18, as Go prints them. */
function halfToEven(value: number): number {
  const floor = Math.floor(value)
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value)
}
