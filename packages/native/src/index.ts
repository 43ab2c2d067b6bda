import { loadAddon } from './lib/load-addon.ts'
import { NativeKernels } from './lib/native-kernels.ts'

const loaded = loadAddon()

/** The calls of `Kernels` of `@ltx/kernels`; undefined where no build fits this machine. An instance may not be shared by threads. */
export const native: NativeKernels | undefined =
  loaded.addon === undefined ? undefined : new NativeKernels(loaded.addon)

/**
 * The addon as a loadable extension of SQLite, which sets PERSIST_WAL on the connection that loads it: when it is the last to close,
 * the `-wal` stays. Undefined where `native` is.
 */
export const persistWal: { readonly file: string; readonly entryPoint: string } | undefined =
  loaded.addon === undefined ? undefined : { file: loaded.file, entryPoint: 'sqlite3_ltxpersistwal_init' }

/**
 * Gives memory that was freed, and that the allocator keeps, back to the system: of all threads, in milliseconds. It answers `false` where
 * there was none, or where the system's allocator has no such call (all but glibc). Undefined where `native` is.
 */
export const trimMemory: (() => boolean) | undefined = loaded.addon?.trimMemory?.bind(loaded.addon)

/** Why {@link native} is undefined. */
export const reason: string | undefined = loaded.addon === undefined ? loaded.because : undefined

export type { NativeKernels } from './lib/native-kernels.ts'
