export { createKernels, persistWalExtension, sharedKernels, trimMemory } from './lib/create-kernels.ts'
export type { ChecksumState, DecodedRun, EncodedRun, FrameRuns, Kernels, WalChain } from './lib/kernels.ts'
export { lz4Bound } from './lib/lz4-bound.ts'
export type { SqliteExtension } from './lib/persist-wal.ts'
