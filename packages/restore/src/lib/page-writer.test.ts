import assert from 'node:assert/strict'
import type { FileHandle, WriteOptions } from '@ltx/env'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { contentOf } from '../../test/instant-env.ts'
import { PageWriter, WRITE_BUFFER_BYTES } from './page-writer.ts'

interface RecordingHandle {
  readonly handle: FileHandle
  readonly writes: { position: number; bytes: Uint8Array }[]
  syncs: number
}

/** Takes its time over a write, and looks at the bytes at its end. */
function recordingHandle(fail?: Error): RecordingHandle {
  const recording: RecordingHandle = {
    writes: [],
    syncs: 0,
    handle: {
      async write(bytes: Uint8Array, position: number) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        if (fail !== undefined) throw fail
        recording.writes.push({ position, bytes: bytes.slice() })
      },
      async sync() {
        recording.syncs++
        await Promise.resolve()
      },
    } as unknown as FileHandle,
  }
  return recording
}

const page = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value)

test('PageWriter: neighbouring pages → one write', async () => {
  const { handle, writes } = recordingHandle()
  const writer = new PageWriter(handle, 512)
  for (const pageNumber of [3, 4, 5]) writer.add(pageNumber, page(512, pageNumber))
  await writer.finish()
  assert.deepEqual(
    writes.map((write) => [write.position, write.bytes.length]),
    [[1024, 1536]],
  )
  assert.deepEqual(
    [0, 512, 1024].map((at) => writes[0]?.bytes[at]),
    [3, 4, 5],
  )
})

test('PageWriter: pages made in its room, some not wanted, others copied → what was added, once each', async () => {
  const { handle, writes } = recordingHandle()
  const writer = new PageWriter(handle, 65_536)
  const expected = new Map<number, number>()
  for (let pageNumber = 1; pageNumber <= 100;) {
    const room = writer.room()
    const count = Math.min(1 + (pageNumber % 4), room.length / 65_536)
    for (let index = 0; index < count; index++) {
      room.fill(pageNumber + index, index * 65_536, (index + 1) * 65_536)
    }
    for (let index = 0; index < count; index++) {
      if ((pageNumber + index) % 3 === 0) continue
      writer.addMade(pageNumber + index, index)
      expected.set(pageNumber + index, pageNumber + index)
    }
    pageNumber += count
    if (!writer.isFull) {
      writer.add(1000 + pageNumber, page(65_536, 200))
      expected.set(1000 + pageNumber, 200)
    }
    if (writer.isFull) await writer.flush()
  }
  await writer.finish()
  const written = new Map<number, number>()
  for (const { position, bytes } of writes) {
    for (let at = 0; at < bytes.length; at += 65_536) {
      const pageNumber = (position + at) / 65_536 + 1
      assert.ok(!written.has(pageNumber), `page ${pageNumber} was written twice`)
      written.set(pageNumber, bytes[at]!)
      assert.deepEqual(bytes.subarray(at, at + 65_536), page(65_536, bytes[at]!))
    }
  }
  assert.deepEqual(written, new Map([...expected].map(([n, value]) => [n, value & 255])))
})

test('PageWriter: uncached, a long run → past the page cache; a short one → not', async () => {
  const hints: (boolean | undefined)[] = []
  const handle = {
    async write(_bytes: Uint8Array, _position: number, options?: WriteOptions) {
      hints.push(options?.uncached)
    },
  } as unknown as FileHandle
  const writer = new PageWriter(handle, 65_536, { uncached: true })
  for (const pageNumber of [1, 2, 3, 4, 5, 6, 7, 9]) writer.add(pageNumber, page(65_536, pageNumber))
  await writer.finish()
  assert.deepEqual(hints, [true, false])
})

test('PageWriter: pages with holes between → a write for each run', async () => {
  const { handle, writes } = recordingHandle()
  const writer = new PageWriter(handle, 512)
  for (const pageNumber of [1, 2, 9, 11, 12]) writer.add(pageNumber, page(512, pageNumber))
  await writer.finish()
  const runs = writes.map((write) => [write.position / 512 + 1, write.bytes.length / 512])
  assert.deepEqual(
    runs.toSorted((a, b) => Number(a[0]) - Number(b[0])),
    [
      [1, 2],
      [9, 1],
      [11, 2],
    ],
  )
})

test('PageWriter: full → exactly a buffer of pages; filled again while it is written → the bytes stay what they were', async () => {
  const { handle, writes } = recordingHandle()
  const writer = new PageWriter(handle, 65_536)
  const perBuffer = WRITE_BUFFER_BYTES / 65_536
  for (let pageNumber = 1; pageNumber <= perBuffer * 5; pageNumber++) {
    assert.equal(writer.isFull, false)
    writer.add(pageNumber, page(65_536, pageNumber))
    assert.equal(writer.isFull, pageNumber % perBuffer === 0)
    if (writer.isFull) await writer.flush()
  }
  await writer.finish()
  assert.equal(writes.length, 5)
  for (const { position, bytes } of writes) {
    for (let at = 0; at < bytes.length; at += 65_536)
      assert.equal(bytes[at], ((position + at) / 65_536 + 1) & 255)
  }
})

test('PageWriter: a write fails → a flush soon after it throws it, the finish too, and settle does not', async () => {
  const failure = Object.assign(new Error('disk full'), { code: 'ENOSPC' })
  const writer = new PageWriter(recordingHandle(failure).handle, 512)
  writer.add(1, page(512, 1))
  await writer.flush()
  await writer.settle()
  await assert.rejects(async () => {
    for (let flushes = 0; flushes < 4; flushes++) await writer.flush()
  }, failure)
  await assert.rejects(writer.finish(), failure)
})

test('PageWriter: 160 MiB → the disk is asked to keep up on the way', async () => {
  const recording = recordingHandle()
  recording.handle.write = async () => {}
  const writer = new PageWriter(recording.handle, 65_536)
  const data = page(65_536, 1)
  for (let pageNumber = 1; pageNumber <= 2560; pageNumber++) {
    writer.add(pageNumber, data)
    if (writer.isFull) await writer.flush()
  }
  await writer.finish()
  assert.equal(recording.syncs, 2)
})

for (const [what, step] of [
  ['every second page, backwards in part', 2],
  ['every third page', 3],
  ['every hundredth page', 100],
] as const) {
  test(`PageWriter: ${what}, between pages that are there → those stay as they are`, async () => {
    const env = simEnv({ seed: 1 })
    await env.files.makeDirectory('/d')
    await using handle = await env.files.open('/d/x', 'create-new')
    const before = new Uint8Array(512 * 1500).fill(200)
    await handle.write(before, 0)
    const writer = new PageWriter(handle, 512)
    const after = new Uint8Array(Math.max(before.length, 512 * 20 * step))
    after.set(before)
    for (const index of [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const pageNumber = 1 + index * step
      writer.add(pageNumber, page(512, index))
      after.fill(index, (pageNumber - 1) * 512, pageNumber * 512)
    }
    await writer.finish()
    const content = await contentOf(env, '/d/x')
    assert.deepEqual(content, after.slice(0, content.length))
    assert.ok(content.length >= (1 + 19 * step) * 512)
  })
}
