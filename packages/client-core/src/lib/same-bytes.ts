/**
 * Whether two streams carry the same bytes, however they are cut into chunks. Holds one chunk of each; ends both as soon as the
 * answer is known.
 */
export async function sameBytes(
  first: AsyncIterable<Uint8Array>,
  second: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const left = first[Symbol.asyncIterator]()
  const right = second[Symbol.asyncIterator]()
  try {
    let leftRest: Uint8Array | null = await nextBytes(left)
    let rightRest: Uint8Array | null = await nextBytes(right)
    while (leftRest !== null && rightRest !== null) {
      const length = Math.min(leftRest.length, rightRest.length)
      if (!equalBytes(leftRest.subarray(0, length), rightRest.subarray(0, length))) return false
      leftRest = length < leftRest.length ? leftRest.subarray(length) : await nextBytes(left)
      rightRest = length < rightRest.length ? rightRest.subarray(length) : await nextBytes(right)
    }
    return leftRest === null && rightRest === null
  } finally {
    await Promise.allSettled([left.return?.(), right.return?.()])
  }
}

async function nextBytes(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array | null> {
  for (;;) {
    const step = await iterator.next()
    if (step.done === true) return null
    if (step.value.length > 0) return step.value
  }
}

/** Whether two arrays hold the same bytes. */
export function equalBytes(first: Uint8Array, second: Uint8Array): boolean {
  if (first.length !== second.length) return false
  for (let index = 0; index < first.length; index++) {
    if (first[index] !== second[index]) return false
  }
  return true
}
