import type { LogFields, LogLevel } from '@ltx/env'
import type { DatabaseFollowerOptions, FollowerPort } from '../database/follower-port.ts'

/** The drivers that a worker thread can load by name. */
export type DriverName = 'better-sqlite3' | 'node:sqlite'

export interface WorkerStart {
  readonly driver: DriverName
  /** The application's own connections live in this process: descriptors of databases are never closed. */
  readonly embedded: boolean
}

export type FollowerMethod = keyof FollowerPort

/** To the worker: begin with a database, or call one of its methods. `call` numbers the answer. */
export type WorkerRequest =
  | {
      readonly kind: 'create'
      readonly call: number
      readonly database: number
      readonly options: DatabaseFollowerOptions
    }
  /** A sign of life is asked for. */
  | { readonly kind: 'ping'; readonly call: number }
  | {
      readonly kind: 'call'
      readonly call: number
      readonly database: number
      readonly method: FollowerMethod
      readonly args: readonly unknown[]
    }

/** An error as plain data: structured cloning would drop `code`. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
  readonly cause: PlainError | undefined
}

/** To the worker: a database is asleep and does not live here any more. Nothing of it is open, and nobody waits for an answer. */
export interface WorkerForget {
  readonly kind: 'forget'
  readonly database: number
}

/** To the worker: it has no more databases and may end. */
export interface WorkerEnd {
  readonly kind: 'end'
}

/** From the worker. */
export type WorkerReply =
  | { readonly kind: 'result'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly call: number; readonly error: PlainError }
  /** The thread cannot work at all, as with a SQLite that is too old. */
  | { readonly kind: 'failed'; readonly error: PlainError }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string; readonly fields: LogFields }
