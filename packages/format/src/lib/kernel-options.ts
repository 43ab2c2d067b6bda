import type { Kernels } from '@ltx/kernels'

/** Which kernels to use; the thread's shared ones when absent. */
export interface KernelOptions {
  readonly kernels?: Kernels | undefined
}
