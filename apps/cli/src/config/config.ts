import { placeOf } from './errors.ts'
import type { Section } from './given.ts'

/** A configuration file, read and checked. */
export interface Config {
  /** Its path, for messages; empty when there is no file. */
  readonly file: string
  readonly root: Section
  readonly warnings: readonly string[]
  /** Intervals of level 1, 2 …, in milliseconds. */
  readonly levelIntervalsMs: readonly number[]
  readonly snapshotIntervalMs: number
  readonly snapshotRetentionMs: number
  readonly databases: readonly DatabaseConfig[]
}

/** One entry of `dbs`. */
export interface DatabaseConfig {
  readonly section: Section
  /** Counted from 1. */
  readonly number: number
  /** Absolute; empty for an entry with `dir`. */
  readonly path: string
  /** Absolute; empty for an entry with `path`. */
  readonly directory: string
  /** Of a database that an entry with `dir` stands for: its path from there, with `/`; otherwise empty. */
  readonly relativePath: string
  /** Absolute; `null` where the usual one beside the database is meant. Of an entry with `dir`, the folder for them all. */
  readonly metaPath: string | null
  /** Value of `meta-dir`, absolute; `null` where there is none. */
  readonly metaDirectory: string | null
}

/** What messages call an entry: its path, or its directory. */
export function idOf(database: DatabaseConfig): string {
  return database.path === '' ? database.section.text('dir') : database.path
}

/** `FILE:LINE` of a key, for messages about it. */
export function keyPlace(file: string, section: Section, key: string): string {
  return placeOf(file, section.lineOf(key))
}
