import type { ReplicaClient } from '../replica-client.ts'
import type { ReplicaLayout } from '../replica-paths.ts'

/** What a backend, or the way it is set up for a test, may lack. */
export type Ability =
  | 'create-only'
  | 'earliest-timestamps'
  | 'second-client'
  | 'foreign-objects'
  | 'counted-listings'
  | 'provoked-failures'

/** `denied`: wrong credentials or no permission. `busy`: told to come back later. `unreachable`: no answer, or a broken server. */
export type ProvokedFailure = 'denied' | 'busy' | 'unreachable'

/**
 * What the suite needs to know of a backend. What is left out of the optional functions has to be named in `lacks`, with the reason
 * that the skipped tests show: nothing is skipped in silence.
 */
export interface ConformanceSubject {
  /** A client on an empty replica of its own. Called once per test; the suite disposes of it. */
  create(): Promise<ReplicaClient>
  readonly lacks?: Readonly<Partial<Record<Ability, string>>> | undefined
  /** Another client on the replica of this one, as a second process would have. `second-client` */
  another?(client: ReplicaClient): Promise<ReplicaClient>
  /** Stores something that is not an LTX file under this path below the replica's root. `foreign-objects` */
  putForeign?(client: ReplicaClient, path: string, bytes: Uint8Array): Promise<void>
  /** Whether it is still there. `foreign-objects` */
  hasForeign?(client: ReplicaClient, path: string): Promise<boolean>
  /** Requests for a page of a listing that this client has made so far. `counted-listings` */
  listRequests?(client: ReplicaClient): number
  /** Lets the client's next request fail; any number that it repeats by itself have to fail as well. `provoked-failures` */
  failNext?(client: ReplicaClient, failure: ProvokedFailure): Promise<void>
  /** How the backend's paths look; `decimal` when absent. Only for foreign objects. */
  readonly layout?: ReplicaLayout | undefined
  /** A listing of so many files has more than two pages; 7 when absent. */
  readonly severalPages?: number | undefined
  /** A file of this size is uploaded in more than one part; 1 MiB + 1 when absent. */
  readonly largeBytes?: number | undefined
  /** Deleting so many files takes more than one request; 40 when absent. */
  readonly severalBatches?: number | undefined
  /** Passwords, keys, tokens: must be in no message and not in `url`. */
  readonly secrets?: readonly string[] | undefined
}
