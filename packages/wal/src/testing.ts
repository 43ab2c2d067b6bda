export { truncated, withBitFlipped, withByte } from './lib/break-bytes.ts'
export { buildWal, rechecksummed } from './lib/build-wal.ts'
export type { WalPageSpec, WalSpec, WalTransactionSpec } from './lib/build-wal.ts'
