export type { ChecksumState, Kernels, WalChain } from './lib/kernels.ts'
