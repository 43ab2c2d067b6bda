/** Numbers that look random and come again from the same seed. */
export interface Seeded {
  /** At least 0, below 1. */
  next(): number
  /** A whole number from `min` to `max`, both possible. */
  whole(min: number, max: number): number
  pick<Item>(items: readonly [Item, ...Item[]]): Item
  chance(probability: number): boolean
}

export function seeded(seed: number): Seeded {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    whole,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
    chance: (probability) => next() < probability,
  }
}

/** `LTX_SEED` where it is given, else a new one each time. */
export function seedFromEnvironment(): number {
  const given = process.env['LTX_SEED']
  return given === undefined || given === '' ? Math.floor(Math.random() * 2 ** 31) : Number(given)
}
