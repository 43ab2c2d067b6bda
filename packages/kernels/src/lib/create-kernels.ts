import { createRequire } from 'node:module'
import type { Kernels } from './kernels.ts'
import { loadNative, type RequireModule } from './load-native.ts'
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

export function chooseKernels(wanted: string | undefined, requireModule: RequireModule): Kernels {
  const native = wanted === 'wasm' ? null : loadNative(requireModule)
  return native ?? new WasmKernels()
}
