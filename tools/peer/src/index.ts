export { installLitestream, installLitestreamV3, installLitestreamVfs } from './lib/install-peer.ts'
export {
  restoreWithLitestream,
  startLitestream,
  type LitestreamProcess,
  type PeerRestoreOptions,
} from './lib/litestream.ts'
export { runProgram, type FinishedProgram } from './lib/run-program.ts'
export { queryVfs } from './lib/query-vfs.ts'
