import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ObjectsAhead } from './objects-ahead.ts'

const objects = Array.from({ length: 10 }, (_, index) => ({
  path: `object ${index}`,
  size: index === 4 ? 2 ** 21 : 1,
  modifiedAtMs: 0,
}))

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<number[]> {
  const found: number[] = []
  for await (const chunk of chunks) found.push(...chunk)
  return found
}

test('objects ahead: small ones and a large one → in order, at most so many at once, the large one when its turn comes', async () => {
  const begun: number[] = []
  let used = 0
  await using ahead = new ObjectsAhead(
    async function* (object) {
      const index = objects.indexOf(object)
      begun.push(index)
      assert.ok(index - used <= 3)
      yield Uint8Array.of(index)
    },
    objects,
    3,
  )
  for (const [index, object] of objects.entries()) {
    if (index === 4) assert.ok(!begun.includes(4) && !begun.includes(5))
    assert.deepEqual(await collect(ahead.read(object)), [index])
    used++
  }
})

test('objects ahead: one fails → thrown at its turn; what is under way is stopped', async () => {
  const stopped: string[] = []
  {
    await using ahead = new ObjectsAhead(
      async function* (object, signal) {
        if (object.path === 'object 1') throw new Error('broken')
        if (object.path === 'object 2') {
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          stopped.push(object.path)
        }
        yield Uint8Array.of(7)
      },
      objects,
      3,
    )
    assert.deepEqual(await collect(ahead.read(objects[0] ?? assert.fail())), [7])
    await assert.rejects(collect(ahead.read(objects[1] ?? assert.fail())), /broken/)
  }
  assert.deepEqual(stopped, ['object 2'])
})
