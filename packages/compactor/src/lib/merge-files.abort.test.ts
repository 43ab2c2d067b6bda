import assert from 'node:assert/strict'
import { encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { ArraySources, collected } from '../../test/array-source.ts'
import { mergeFiles } from './merge-files.ts'
import type { MergeSource } from './merge-source.ts'

const PAGES = Array.from({ length: 400 }, (_, i) => ({
  pageNumber: i + 1,
  data: new Uint8Array(4096).map((_byte, at) => (at * 7919 * (i + 1)) >> 5),
}))

function file(txid: bigint): Uint8Array {
  return encodeFileSpec({ pageSize: 4096, commit: 400, minTXID: txid, maxTXID: txid, pages: PAGES })
}

const files = [file(2n), file(3n)]
const reason = { why: 'an object, not an Error' }

test('mergeFiles: aborted before it starts → the reason, and nothing is opened', async () => {
  const sources = new ArraySources()
  const merging = mergeFiles([sources.of(files[0]!)], { signal: AbortSignal.abort(reason) })
  await assert.rejects(collected(merging), (error) => error === reason)
  assert.equal(sources.opened, 0)
})

test('mergeFiles: aborted between two chunks → the reason, and the sources are closed', async () => {
  const sources = new ArraySources()
  const controller = new AbortController()
  const merging = mergeFiles(
    files.map((each) => sources.of(each)),
    { signal: controller.signal },
  )
  assert.equal((await merging.next()).done, false)
  controller.abort(reason)
  await assert.rejects(merging.next(), (error) => error === reason)
  assert.equal(sources.open, 0)
})

/** Gives some bytes, then never anything again, unless it is told to stop. */
function hanging(bytes: Uint8Array, onHang: () => void, onReturn: () => void): MergeSource {
  let isGiven = false
  const iterator: AsyncIterator<Uint8Array> = {
    next() {
      if (!isGiven) {
        isGiven = true
        return Promise.resolve({ done: false, value: bytes })
      }
      onHang()
      return new Promise(() => {})
    },
    return() {
      onReturn()
      return new Promise(() => {})
    },
  }
  return { open: () => ({ [Symbol.asyncIterator]: () => iterator }) }
}

test('mergeFiles: aborted while a source hangs → the reason at once, and the source is told', async () => {
  const sources = new ArraySources()
  const controller = new AbortController()
  let wasTold = false
  const hang = hanging(
    files[1]!.subarray(0, 5000),
    () => controller.abort(reason),
    () => (wasTold = true),
  )
  const merging = mergeFiles([sources.of(files[0]!), hang], { signal: controller.signal })
  await assert.rejects(collected(merging), (error) => error === reason)
  assert.ok(wasTold)
  assert.equal(sources.open, 0)
})

test('mergeFiles: a source wraps the abort in an error of its own → the reason all the same', async () => {
  const controller = new AbortController()
  const wrapping: MergeSource = {
    async *open(): AsyncGenerator<Uint8Array, void, undefined> {
      yield files[0]!.subarray(0, 5000)
      controller.abort(reason)
      throw new Error('request failed')
    },
  }
  const merging = mergeFiles([wrapping], { signal: controller.signal })
  await assert.rejects(collected(merging), (error) => error === reason)
})

test('mergeFiles: the consumer leaves after a chunk → the sources are closed', async () => {
  const sources = new ArraySources()
  for await (const chunk of mergeFiles(files.map((each) => sources.of(each)))) {
    assert.ok(chunk.length > 0)
    break
  }
  assert.equal(sources.opened, 2)
  assert.equal(sources.open, 0)
})

test('mergeFiles: a signal that never fires → no listener stays', async () => {
  const controller = new AbortController()
  let listeners = 0
  const { signal } = controller
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>): void => {
    listeners++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
    listeners--
    remove(...args)
  }
  const sources = new ArraySources(1000)
  await collected(mergeFiles([sources.of(files[0]!)], { signal }))
  assert.equal(listeners, 0)
})
