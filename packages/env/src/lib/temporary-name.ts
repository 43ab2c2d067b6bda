import type { Env } from './env.ts'

/** What the name of a temporary file says. */
export interface TemporaryName {
  /** The name that the file would have been published under. */
  readonly base: string
  /** The process that made it; `null` for Litestream's `NAME.tmp`, which does not say. */
  readonly processId: number | null
}

const OURS = /^(?<base>.+)\.(?<processId>\d{1,10})\.[0-9a-f]{16}\.tmp$/s
const SUFFIX = '.tmp'

/**
 * A name for a file that is not finished: `NAME.PID.RANDOM.tmp`, different at each call. It is no secret, and `hex` would take some
 * milliseconds the first time, to load what makes secrets.
 */
export function temporaryName(env: Pick<Env, 'random' | 'processId'>, name: string): string {
  return `${name}.${env.processId}.${randomWord(env)}${randomWord(env)}${SUFFIX}`
}

function randomWord({ random }: Pick<Env, 'random'>): string {
  return Math.floor(random.next() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0')
}

/** Reads our own `NAME.PID.RANDOM.tmp` and Litestream's `NAME.tmp`; `null` for any other name. */
export function parseTemporaryName(name: string): TemporaryName | null {
  const groups = OURS.exec(name)?.groups
  if (groups !== undefined) return { base: groups['base'] ?? '', processId: Number(groups['processId']) }
  if (!name.endsWith(SUFFIX) || name.length === SUFFIX.length) return null
  return { base: name.slice(0, -SUFFIX.length), processId: null }
}

export function isTemporaryName(name: string): boolean {
  return parseTemporaryName(name) !== null
}
