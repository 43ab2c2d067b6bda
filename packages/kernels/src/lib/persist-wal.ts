import type { RequireModule } from './load-native.ts'

/** A loadable extension of SQLite, as a connection loads it. */
export interface SqliteExtension {
  readonly file: string
  readonly entryPoint: string
}

/** What `@ltx/native` exports as `persistWal`; null when it is absent, or another version. */
export function loadPersistWal(requireModule: RequireModule): SqliteExtension | null {
  let loaded: unknown
  try {
    loaded = requireModule('@ltx/native')
  } catch {
    return null
  }
  if (typeof loaded !== 'object' || loaded === null || !('persistWal' in loaded)) return null
  const { persistWal } = loaded
  if (typeof persistWal !== 'object' || persistWal === null) return null
  const { file, entryPoint } = persistWal as Readonly<Record<string, unknown>>
  return typeof file === 'string' && typeof entryPoint === 'string' ? { file, entryPoint } : null
}
