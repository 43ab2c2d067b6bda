import { systemError } from '../system-error.ts'

/** What can be made to fail. `stat`, `sync` and `setTimes` are those of a handle too; `sync` is `syncData` as well. */
export type FileOperation =
  | 'open'
  | 'read'
  | 'write'
  | 'truncate'
  | 'sync'
  | 'stat'
  | 'setTimes'
  | 'close'
  | 'list'
  | 'makeDirectory'
  | 'rename'
  | 'link'
  | 'remove'
  | 'removeTree'
  | 'syncDirectory'
  | 'setMode'
  | 'setOwner'
  | 'watch'

interface Fault {
  readonly operation: FileOperation
  readonly code: string
  readonly path: RegExp
  readonly once: boolean
}

/** The failures that a test has ordered. */
export class SimFaults {
  #faults: Fault[] = []

  /** The next such operation on a path that matches fails with this code; one order, one failure. */
  failNext(operation: FileOperation, code: string, path: RegExp = /^/): void {
    this.#faults.push({ operation, code, path, once: true })
  }

  /** Every such operation fails until the returned function is called. */
  failAlways(operation: FileOperation, code: string, path: RegExp = /^/): () => void {
    const fault: Fault = { operation, code, path, once: false }
    this.#faults.push(fault)
    return () => {
      this.#faults = this.#faults.filter((other) => other !== fault)
    }
  }

  /** Throws if this was ordered to fail. `paths`: all that the operation is about. */
  check(operation: FileOperation, ...paths: readonly string[]): void {
    const fault = this.#faults.find(
      (other) => other.operation === operation && paths.some((path) => other.path.test(path)),
    )
    if (fault === undefined) return
    if (fault.once) this.#faults = this.#faults.filter((other) => other !== fault)
    throw systemError(fault.code, operation, paths.join("' -> '"))
  }
}
