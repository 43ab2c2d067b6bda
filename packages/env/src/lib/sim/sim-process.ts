import { systemError } from '../system-error.ts'

/** A simulated process. Once it is dead, whatever of its code still runs can no longer touch the disk. */
export class SimProcess {
  readonly id: number
  #alive = true

  constructor(id: number) {
    this.id = id
  }

  kill(): void {
    this.#alive = false
  }

  get isAlive(): boolean {
    return this.#alive
  }

  check(syscall: string, path: string): void {
    if (!this.#alive) throw systemError('EBADF', syscall, path, `process ${this.id} was killed`)
  }
}
