import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SourceReader } from './source-reader.ts'

/** Lends one buffer, chunk after chunk. */
async function* lending(
  count: number,
  onClose: () => void = () => {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(10)
  try {
    for (let i = 0; i < count; i++) yield buffer.fill(i)
  } finally {
    onClose()
  }
}

async function rest(reader: SourceReader): Promise<number[]> {
  const seen: number[] = []
  for (let chunk = await reader.next(); chunk !== null; chunk = await reader.next()) seen.push(chunk[0]!)
  return seen
}

const rows: readonly [peeked: number, isWhole: boolean][] = [
  [29, false],
  [30, true],
  [1000, true],
]

for (const [bytes, isWhole] of rows) {
  test(`SourceReader: peeks ${bytes} of 30 bytes → ${isWhole}, and every chunk comes once, in order`, async () => {
    const reader = new SourceReader(lending(3), undefined)
    assert.equal(await reader.peek(bytes), isWhole)
    assert.deepEqual(await rest(reader), [0, 1, 2])
    assert.equal(reader.bytesRead, 30)
  })
}

test('SourceReader: closed before its end → the source is told once, and nothing comes any more', async () => {
  let closed = 0
  const reader = new SourceReader(
    lending(3, () => closed++),
    undefined,
  )
  await reader.next()
  await reader.close()
  await reader.close()
  assert.equal(closed, 1)
  assert.equal(await reader.next(), null)
})

test('SourceReader: aborted inside the read itself → the reason, and closing does not wait for the read', async () => {
  const controller = new AbortController()
  const reason = 'why not'
  const hanging: AsyncIterator<Uint8Array> = {
    next: () => {
      controller.abort(reason)
      return new Promise(() => {})
    },
    return: () => new Promise(() => {}),
  }
  const reader = new SourceReader({ [Symbol.asyncIterator]: () => hanging }, controller.signal)
  await assert.rejects(reader.next(), (error) => error === reason)
  await reader.close()
})

test('SourceReader: a source that fails to close → closes all the same', async () => {
  const failing: AsyncIterator<Uint8Array> = {
    next: () => Promise.resolve({ done: false, value: new Uint8Array(1) }),
    return: () => Promise.reject(new Error('no')),
  }
  const reader = new SourceReader({ [Symbol.asyncIterator]: () => failing }, undefined)
  await reader.next()
  await reader.close()
  assert.equal(await reader.next(), null)
})
