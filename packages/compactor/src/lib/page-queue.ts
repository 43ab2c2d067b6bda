import type { MergeInput } from './merge-input.ts'

/**
 * Inputs by the page they stand at: lowest page number first, and of equal ones the newest input. A binary heap, so that a
 * page costs a few comparisons however many inputs there are.
 */
export class PageQueue {
  readonly #heap: MergeInput[] = []

  /** Adds an input that stands at a page. */
  add(input: MergeInput): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(input)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(input, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = input
  }

  /** The input whose page comes next; undefined when there is none. */
  first(): MergeInput | undefined {
    return this.#heap[0]
  }

  /** Puts the first input where its new page belongs; takes it out when it has none. */
  moveFirst(): void {
    const heap = this.#heap
    const first = heap[0]
    if (first === undefined) return
    if (first.page !== null) this.#sink(first)
    else {
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) this.#sink(last)
    }
  }

  #sink(input: MergeInput): void {
    const heap = this.#heap
    let at = 0
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, input)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = input
  }
}

function isBefore(one: MergeInput, other: MergeInput): boolean {
  const distance = (one.page?.pageNumber ?? 0) - (other.page?.pageNumber ?? 0)
  return distance < 0 || (distance === 0 && one.index > other.index)
}
