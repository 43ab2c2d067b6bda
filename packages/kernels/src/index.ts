export { createKernels, sharedKernels } from './lib/create-kernels.ts'
export type { ChecksumState, Kernels, WalChain } from './lib/kernels.ts'
export { lz4Bound } from './lib/lz4-bound.ts'
