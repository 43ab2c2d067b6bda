import { loadAddon } from './lib/load-addon.ts'
import { NativeKernels } from './lib/native-kernels.ts'

const loaded = loadAddon()

/** The calls of `Kernels` of `@ltx/kernels`; undefined where no build fits this machine. An instance may not be shared by threads. */
export const native: NativeKernels | undefined =
  loaded.addon === undefined ? undefined : new NativeKernels(loaded.addon)

/** Why {@link native} is undefined. */
export const reason: string | undefined = loaded.addon === undefined ? loaded.because : undefined

export type { NativeKernels } from './lib/native-kernels.ts'
