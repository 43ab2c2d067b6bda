/** Whether the service begins a listing where it is told to. Found out once, where there is something to see it with. */
export class SeekProof {
  #outcome: 'unknown' | 'right' | 'wrong' = 'unknown'
  #running = false

  get outcome(): 'unknown' | 'right' | 'wrong' {
    return this.#outcome
  }

  /**
   * One at a time. `null` of the check: nothing could be seen. A check that fails is no answer either, and nobody's failure: the
   * listing it follows is complete.
   */
  async try(check: () => Promise<boolean | null>): Promise<void> {
    if (this.#running || this.#outcome !== 'unknown') return
    this.#running = true
    try {
      const right = await check()
      if (right !== null) this.#outcome = right ? 'right' : 'wrong'
    } catch {
      // The next listing tries again.
    } finally {
      this.#running = false
    }
  }
}
