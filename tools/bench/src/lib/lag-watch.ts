import { filesOf } from './replicating.ts'

/** How long commits take to their replicas, for many databases at once. */
export class LagWatch {
  readonly #waiting = new Map<string, { readonly files: number; readonly committedMs: number }>()
  readonly lagMs: number[] = []

  /** To be called before the commit; what it returns, after it. */
  willCommit(replica: string): () => void {
    const files = filesOf(replica, 0).length
    return () => void this.#waiting.set(replica, { files, committedMs: performance.now() })
  }

  isWaitingFor(replica: string): boolean {
    return this.#waiting.has(replica)
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Looks once at all that is waited for. */
  look(): void {
    for (const [replica, { files, committedMs }] of this.#waiting) {
      if (filesOf(replica, 0).length <= files) continue
      this.lagMs.push(performance.now() - committedMs)
      this.#waiting.delete(replica)
    }
  }
}
