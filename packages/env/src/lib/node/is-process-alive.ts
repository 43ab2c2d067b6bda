import { systemErrorCode } from '../system-error.ts'

/**
 * Whether a process with this id runs on this machine. It may be another one than the caller thinks: ids are used again,
 * and in a container the first process is 1 each time.
 */
export function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return systemErrorCode(error) === 'EPERM' // it is there, and not ours
  }
}
