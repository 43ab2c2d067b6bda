import { createRequire } from 'node:module'
import type { Kernels } from './kernels.ts'
import { loadNative, type RequireModule } from './load-native.ts'
import { loadPersistWal, type SqliteExtension } from './persist-wal.ts'
import { loadTrimMemory } from './trim-memory.ts'
import { WasmKernels } from './wasm-kernels.ts'

let shared: Kernels | null = null

/**
 * A new instance with its own memory. `@ltx/native` is used when it is installed and loads, unless the environment variable
 * `LTX_KERNELS` is `wasm`.
 */
export function createKernels(): Kernels {
  return chooseKernels(process.env['LTX_KERNELS'], createRequire(import.meta.url))
}

/** The thread's common instance, made on first use. */
export function sharedKernels(): Kernels {
  shared ??= createKernels()
  return shared
}

/**
 * The addon's extension of SQLite that sets PERSIST_WAL on a connection, so that the last one to close leaves the `-wal`. Null where
 * {@link createKernels} gives WebAssembly.
 */
export function persistWalExtension(): SqliteExtension | null {
  return process.env['LTX_KERNELS'] === 'wasm' ? null : loadPersistWal(createRequire(import.meta.url))
}

/** Gives memory that is free back to the system, where the addon is there and can; elsewhere it does nothing and answers `false`. */
export function trimMemory(): boolean {
  if (process.env['LTX_KERNELS'] === 'wasm') return false
  return loadTrimMemory(createRequire(import.meta.url))?.() ?? false
}

export function chooseKernels(wanted: string | undefined, requireModule: RequireModule): Kernels {
  const native = wanted === 'wasm' ? null : loadNative(requireModule)
  return native ?? new WasmKernels()
}
