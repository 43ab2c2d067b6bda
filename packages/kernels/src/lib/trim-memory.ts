import type { RequireModule } from './load-native.ts'

/** What `@ltx/native` exports as `trimMemory`; null when it is absent, or another version. */
export function loadTrimMemory(requireModule: RequireModule): (() => boolean) | null {
  let loaded: unknown
  try {
    loaded = requireModule('@ltx/native')
  } catch {
    return null
  }
  if (typeof loaded !== 'object' || loaded === null || !('trimMemory' in loaded)) return null
  const { trimMemory } = loaded
  return typeof trimMemory === 'function' ? (trimMemory as () => boolean) : null
}
