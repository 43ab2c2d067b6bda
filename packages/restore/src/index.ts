export { restorableTxids } from './lib/chain.ts'
export {
  isRestoreError,
  RestoreError,
  type RestoreErrorCode,
  type RestoreErrorOptions,
} from './lib/errors.ts'
export { fileLabel } from './lib/file-label.ts'
export { planRestore, type ReplicaListing, type RestorePlan } from './lib/plan-restore.ts'
export type { RestoreTarget } from './lib/restore-target.ts'
