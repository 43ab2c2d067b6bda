import type { Connection } from './connect.ts'
import type { CreateOnly } from './create-only.ts'
import { headObject } from './read.ts'

/** One file on its way to the service. */
export interface WriteJob {
  readonly connection: Connection
  readonly createOnly: CreateOnly
  readonly key: string
  /** `write level 0 file …` */
  readonly what: string
  /** Headers of the new object. */
  readonly headers: Readonly<Record<string, string>>
  /** Fires when the caller aborts, and when the write has failed. */
  readonly signal: AbortSignal
  /** Ends what is under way; `reason` is then what everything rejects with. */
  stop(reason: unknown): void
}

/** Whether the name is taken, as far as one look can say. */
export async function isThere({ connection, key, what, signal }: WriteJob): Promise<boolean> {
  return (await headObject(connection, what, key, { signal })) !== null
}
