import type { Dirent } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemErrorCode } from '@ltx/env'

export type EntryKind = 'file' | 'directory' | 'link' | 'other'

/** The names in a directory, sorted, with what they are; links are not followed. `null`: there is no such directory (any more). */
export async function listEntries(directory: string): Promise<ReadonlyMap<string, EntryKind> | null> {
  let found: Dirent[]
  try {
    found = await readdir(directory, { withFileTypes: true })
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
  const entries = new Map<string, EntryKind>()
  for (const entry of found.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const kind = kindOf(entry)
    // Some file systems do not say.
    entries.set(
      entry.name,
      kind === 'other' ? ((await lookAt(join(directory, entry.name)))?.kind ?? kind) : kind,
    )
  }
  return entries
}

/** What a name stands for, as far as it can be told without opening it. */
export interface Looked {
  readonly kind: EntryKind
  /** Bytes. */
  readonly size: number
  /** Tells one file from another, whatever it is called, as long as it exists. */
  readonly identity: string
  /** Differs once it was written to. */
  readonly version: string
}

/** `null`: there is no such name. */
export async function lookAt(path: string): Promise<Looked | null> {
  try {
    const found = await lstat(path, { bigint: true })
    const identity = `${found.dev}:${found.ino}`
    const version = `${identity}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`
    return { kind: kindOf(found), size: Number(found.size), identity, version }
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): EntryKind {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

/** The identity of a directory, a link to one included; `null`: there is none. */
export async function directoryIdentity(path: string): Promise<string | null> {
  try {
    const found = await stat(path, { bigint: true })
    return found.isDirectory() ? `${found.dev}:${found.ino}` : null
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}
