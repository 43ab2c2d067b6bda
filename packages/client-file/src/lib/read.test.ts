import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { FileHandle, Files } from '@ltx/env'
import { simEnv } from '@ltx/env/sim'
import { readAll } from '../../test/material.ts'
import { LENT_READ_BYTES, NotAFile, READ_BYTES, readRange } from './read.ts'

/** Files that count open handles, with one file of two and a half chunks. */
async function counted(): Promise<{ files: Files; bytes: Uint8Array; open: () => number }> {
  const { files } = simEnv({ seed: 1 })
  const bytes = Uint8Array.from({ length: 2.5 * READ_BYTES }, (_, index) => index % 251)
  await using handle = await files.open('/file', 'create')
  await handle.write(bytes, 0)
  let open = 0
  const counting = new Proxy<Files>(files, {
    get(target, name) {
      if (name !== 'open') return Reflect.get(target, name)
      return async (...values: Parameters<Files['open']>): Promise<FileHandle> => {
        const inner = await target.open(...values)
        open++
        return {
          read: (bytesRead, position) => inner.read(bytesRead, position),
          write: (written, position) => inner.write(written, position),
          truncate: (size) => inner.truncate(size),
          startSync: () => inner.startSync(),
          sync: () => inner.sync(),
          stat: () => inner.stat(),
          setTimes: (mtimeMs) => inner.setTimes(mtimeMs),
          close: () => inner.close(),
          async [Symbol.asyncDispose]() {
            open--
            await inner.close()
          },
        }
      }
    },
  })
  return { files: counting, bytes, open: () => open }
}

test('readRange: a whole file → its bytes in large chunks, the handle is closed', async () => {
  const { files, bytes, open } = await counted()
  const sizes: number[] = []
  for await (const chunk of readRange(files, '/file')) sizes.push(chunk.length)
  assert.deepEqual(sizes, [READ_BYTES, READ_BYTES, READ_BYTES / 2])
  assert.deepEqual(await readAll(readRange(files, '/file')), bytes)
  assert.equal(open(), 0)
})

test('readRange: its reader stops → the handle is closed', async () => {
  const { files, open } = await counted()
  for await (const _ of readRange(files, '/file')) {
    assert.equal(open(), 1)
    break
  }
  assert.equal(open(), 0)
})

test('readRange: the signal fires → its reason, and the handle is closed', async () => {
  const { files, open } = await counted()
  const controller = new AbortController()
  const read = async (): Promise<void> => {
    for await (const _ of readRange(files, '/file', { signal: controller.signal })) controller.abort('stop')
  }
  await assert.rejects(read(), (reason) => reason === 'stop')
  assert.equal(open(), 0)
})

test('readRange: a small range → memory for that range alone', async () => {
  const { files, bytes } = await counted()
  for await (const chunk of readRange(files, '/file', { start: 1000, end: 1010 })) {
    assert.equal(chunk.buffer.byteLength, 10)
    assert.deepEqual(chunk, bytes.slice(1000, 1010))
  }
})

test('readRange: buffers of the reader → used for every chunk, whatever they contain', async () => {
  const { files, bytes } = await counted()
  const own = new Uint8Array(LENT_READ_BYTES).fill(255)
  const asked: number[] = []
  const buffer = (length: number): Uint8Array => {
    asked.push(length)
    return own.subarray(0, length)
  }
  const read: number[] = []
  const range = { start: 100, end: 3 * READ_BYTES, buffer }
  for await (const chunk of readRange(files, '/file', range)) {
    assert.equal(chunk.buffer, own.buffer)
    assert.deepEqual(chunk, bytes.subarray(range.start, range.start + chunk.length))
    range.start += chunk.length
    read.push(chunk.length)
  }
  assert.equal(range.start, bytes.length)
  assert.ok(asked.every((length) => length <= LENT_READ_BYTES))
})

test('readRange: a directory → NotAFile', async () => {
  const { files } = await counted()
  await files.makeDirectory('/directory')
  await assert.rejects(
    readAll(readRange(files, '/directory')),
    (error) => error instanceof NotAFile || (error as { code?: string }).code === 'EISDIR',
  )
})
