import assert from 'node:assert/strict'
import { HEADER_BYTES } from '@ltx/format'
import type { ReadOptions } from '../replica-client.ts'
import {
  assertSameBytes,
  fileBytes,
  inParallel,
  key,
  readAll,
  rejectsWithCode,
  sourceOf,
} from './material.ts'
import type { ConformanceCase, Scene } from './scene.ts'

const file = key(0, 1n)

async function stored(scene: Scene, size: number): Promise<Uint8Array> {
  const bytes = fileBytes(file, { size })
  await scene.client.writeFile(file, sourceOf(bytes))
  return bytes
}

async function checkRange(scene: Scene, bytes: Uint8Array, range: ReadOptions): Promise<void> {
  const expected = bytes.slice(range.start ?? 0, Math.max(range.start ?? 0, range.end ?? bytes.length))
  const actual = await readAll(scene.client.readFile(file, range))
  assertSameBytes(actual, expected, `bytes ${range.start ?? ''}..${range.end ?? ''}`)
}

/** Every start alone, every end alone, and every pair of a start and an end around what matters: edges and the header's end. */
async function everyStartAndEnd(scene: Scene): Promise<void> {
  const size = HEADER_BYTES + 5
  const bytes = await stored(scene, size)
  const positions = Array.from({ length: size + 3 }, (_, index) => index)
  const near = positions.filter((at) => at < 4 || Math.abs(at - HEADER_BYTES) < 3 || at > size - 3)
  const ranges: ReadOptions[] = [
    ...positions.map((start) => ({ start })),
    ...positions.map((end) => ({ end })),
    ...near.flatMap((start) => near.map((end) => ({ start, end }))),
  ]
  await inParallel(ranges, 8, (range) => checkRange(scene, bytes, range))
}

async function rangesOfALargeFile(scene: Scene): Promise<void> {
  const size = scene.largeBytes
  const bytes = await stored(scene, size)
  const half = Math.floor(size / 2)
  for (const range of [
    { start: half },
    { end: half },
    { start: 1, end: size - 1 },
    { start: half - 1, end: half + 1 },
    { start: size - 1 },
    { start: 65_535, end: 65_537 },
  ]) {
    await checkRange(scene, bytes, range)
  }
}

async function stoppedAndResumed(scene: Scene): Promise<void> {
  const bytes = await stored(scene, scene.largeBytes)
  let first = new Uint8Array(0)
  for await (const chunk of scene.client.readFile(file)) {
    first = chunk.slice()
    break
  }
  assert.ok(first.length > 0)
  const rest = await readAll(scene.client.readFile(file, { start: first.length }))
  assertSameBytes(first, bytes.subarray(0, first.length), 'before the break')
  assertSameBytes(rest, bytes.subarray(first.length), 'after the break')
}

async function missing(scene: Scene): Promise<void> {
  await rejectsWithCode(readAll(scene.client.readFile(file)), 'CLIENT_NOT_FOUND')
  await scene.write(0, 1n)
  await rejectsWithCode(readAll(scene.client.readFile(key(0, 2n))), 'CLIENT_NOT_FOUND')
  await rejectsWithCode(readAll(scene.client.readFile(key(0, 1n, 2n))), 'CLIENT_NOT_FOUND')
  await rejectsWithCode(readAll(scene.client.readFile(key(1, 1n))), 'CLIENT_NOT_FOUND')
  await rejectsWithCode(readAll(scene.client.readFile(key(0, 2n), { start: 5, end: 9 })), 'CLIENT_NOT_FOUND')
  await rejectsWithCode(readAll(scene.client.readFile(key(0, 2n), { start: 5 })), 'CLIENT_NOT_FOUND')
}

export const readCases: readonly ConformanceCase[] = [
  {
    name: 'a whole file → its bytes, in chunks that stay as they are',
    async run(scene) {
      const bytes = await stored(scene, scene.largeBytes)
      assertSameBytes(await scene.read(file), bytes, 'the file')
    },
  },
  { name: 'every start and end of a small file → exactly these bytes', run: everyStartAndEnd },
  { name: 'parts of a large file → exactly these bytes', run: rangesOfALargeFile },
  {
    name: 'at or past the end → no bytes, no error',
    async run(scene) {
      const { length } = await stored(scene, HEADER_BYTES)
      for (const range of [
        { start: length },
        { start: length + 1 },
        { start: length + 100_000 },
        { start: length, end: length + 10 },
        { start: 10, end: 10 },
        { start: 0, end: 0 },
      ]) {
        const bytes = await readAll(scene.client.readFile(file, range))
        assert.equal(bytes.length, 0, JSON.stringify(range))
      }
    },
  },
  {
    name: 'an end past the end → as much as there is',
    async run(scene) {
      const bytes = await stored(scene, HEADER_BYTES + 9)
      await checkRange(scene, bytes, { start: 90, end: 1_000_000 })
    },
  },
  { name: 'missing file, range, level or maxTXID → CLIENT_NOT_FOUND', run: missing },
  { name: 'stopped after a chunk and resumed at its end → the same bytes', run: stoppedAndResumed },
  {
    name: 'stopped a hundred times after a chunk → the next read works',
    async run(scene) {
      const bytes = await stored(scene, scene.largeBytes)
      for (let round = 0; round < 100; round++) {
        for await (const chunk of scene.client.readFile(file)) {
          assert.ok(chunk.length > 0)
          break
        }
      }
      assertSameBytes(await scene.read(file), bytes, 'the file')
    },
  },
  {
    name: 'ten reads of one file at once → each has all of it',
    async run(scene) {
      const bytes = await stored(scene, 300_000)
      const reads = await Promise.all(Array.from({ length: 10 }, () => scene.read(file)))
      for (const read of reads) assertSameBytes(read, bytes, 'one of ten')
    },
  },
  {
    name: 'written by another client → readable',
    needs: ['second-client'],
    async run(scene) {
      const bytes = await stored(scene, 300)
      const other = await scene.another()
      assertSameBytes(await readAll(other.readFile(file)), bytes, 'the file')
    },
  },
]
