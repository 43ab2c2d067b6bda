import assert from 'node:assert/strict'
import type { FileHandle, WriteOptions } from '@ltx/env'
import { simEnv } from '@ltx/env/sim'
import { createHeader, type Header } from '@ltx/format'
import { test } from 'vitest'
import { fileInfo } from '../../test/file-infos.ts'
import { contentOf, instantEnv } from '../../test/instant-env.ts'
import { BrokenFile } from './broken-file.ts'
import { DatabaseBuilder } from './database-builder.ts'

const newest = fileInfo(0, 3, 3)
const older = fileInfo(9, 1, 2)

function headerOf(file: typeof newest, fields: Partial<Header> = {}): Header {
  const { minTXID, maxTXID } = file
  return createHeader({ pageSize: 512, commit: 3, minTXID, maxTXID, timestampMs: 1, ...fields })
}

/** Makes one page in the builder's room and hands it over. */
function placePage(builder: DatabaseBuilder, pageNumber: number, data: Uint8Array): void | Promise<void> {
  builder.room().set(data)
  return builder.placePages(Uint32Array.of(pageNumber))
}

const page = (value: number): Uint8Array => new Uint8Array(512).fill(value)
const isBroken = (error: unknown): boolean => error instanceof BrokenFile

async function withBuilder(
  act: (builder: DatabaseBuilder) => void | Promise<void>,
  heldBytesMax?: number,
): Promise<Uint8Array> {
  const env = instantEnv()
  await env.files.makeDirectory('/d')
  await using handle = await env.files.open('/d/x', 'create-new')
  await act(new DatabaseBuilder({ handle, clock: env.clock, isReadNext: false, heldBytesMax }, 100_000))
  return await contentOf(env, '/d/x')
}

test('DatabaseBuilder: newest file first → its pages win, pages beyond its end are dropped', async () => {
  const content = await withBuilder(async (builder) => {
    builder.beginFile(newest, headerOf(newest), false)
    await placePage(builder, 2, page(22))
    assert.equal(builder.isComplete, false)
    builder.beginFile(older, headerOf(older, { commit: 5 }), true)
    for (let pageNumber = 1; pageNumber <= 5; pageNumber++)
      await placePage(builder, pageNumber, page(pageNumber))
    assert.ok(builder.isComplete)
    assert.equal(builder.pagesWritten, 3)
    assert.equal(builder.header?.maxTXID, 3n)
    await builder.finish()
  })
  assert.deepEqual(
    [0, 512, 1024].map((at) => content[at]),
    [1, 22, 3],
  )
  assert.equal(content.length, 3 * 512)
})

test('DatabaseBuilder: a page that no file has → it is missing', async () => {
  await withBuilder((builder) => {
    builder.beginFile(newest, headerOf(newest), false)
    void placePage(builder, 1, page(1))
    assert.equal(builder.firstMissing(), 2)
  })
})

test('DatabaseBuilder: a header of other transactions than the name says → BrokenFile', async () => {
  await withBuilder((builder) => {
    assert.throws(() => builder.beginFile(newest, headerOf(older), false), isBroken)
  })
})

test('DatabaseBuilder: an older file of another page size → BrokenFile, the older one', async () => {
  await withBuilder((builder) => {
    builder.beginFile(newest, headerOf(newest), false)
    assert.throws(
      () => builder.beginFile(older, headerOf(older, { pageSize: 1024 }), true),
      (error) => error instanceof BrokenFile && error.file === older,
    )
  })
})

test('DatabaseBuilder: more pages claimed than all bytes can hold → BrokenFile before memory is taken; as many as can → fine', () => {
  const handle = {} as FileHandle
  const begin = (commit: number): void =>
    new DatabaseBuilder({ handle, clock: instantEnv().clock, isReadNext: false }, 1100).beginFile(
      newest,
      headerOf(newest, { commit }),
      true,
    )
  assert.throws(() => begin(4_294_967_294), isBroken)
  assert.throws(() => begin(102), isBroken)
  assert.doesNotThrow(() => begin(101))
})

test('DatabaseBuilder: a lot of old pages, none to write → other work gets a turn', async () => {
  const env = simEnv({ seed: 1 })
  const builder = new DatabaseBuilder(
    { handle: {} as FileHandle, clock: env.clock, isReadNext: false },
    100_000,
  )
  builder.beginFile(newest, headerOf(newest, { pageSize: 65_536, commit: 1 }), true)
  const data = new Uint8Array(65_536)
  await placePage(builder, 1, data)
  let turns = 0
  for (let pageNumber = 0; pageNumber < 1024; pageNumber++) {
    const waiting = placePage(builder, 1, data)
    if (waiting === undefined) continue
    turns++
    await env.clock.runUntilIdle()
    await waiting
  }
  assert.equal(turns, 4)
})

test('DatabaseBuilder: scattered new pages and a whole old image → one write of all', async () => {
  const writes: [position: number, bytes: number][] = []
  const handle = {
    async write(bytes: Uint8Array, position: number) {
      writes.push([position, bytes.length])
    },
  } as unknown as FileHandle
  const builder = new DatabaseBuilder({ handle, clock: instantEnv().clock, isReadNext: false }, 100_000)
  builder.beginFile(newest, headerOf(newest, { commit: 100 }), false)
  for (const pageNumber of [2, 50, 77]) await placePage(builder, pageNumber, page(1))
  builder.beginFile(older, headerOf(older, { commit: 98 }), true)
  for (let pageNumber = 1; pageNumber <= 98; pageNumber++) await placePage(builder, pageNumber, page(2))
  await builder.finish()
  assert.deepEqual(writes, [[0, 98 * 512]])
})

test('DatabaseBuilder: more new pages than may wait → all of them in the file, none lost', async () => {
  const pageSize = 65_536
  const heldPagesMax = 70
  const pagesOf = 2 * heldPagesMax
  const content = await withBuilder(async (builder) => {
    builder.beginFile(newest, headerOf(newest, { pageSize, commit: 2 * pagesOf }), false)
    for (let index = 1; index <= pagesOf; index++) {
      await placePage(builder, 2 * index, new Uint8Array(pageSize).fill(1 + (index % 250)))
    }
    builder.beginFile(older, headerOf(older, { pageSize, commit: pagesOf }), true)
    for (let pageNumber = 1; pageNumber <= pagesOf; pageNumber++) {
      await placePage(builder, pageNumber, new Uint8Array(pageSize).fill(255))
    }
    await builder.finish()
  }, heldPagesMax * pageSize)
  for (let pageNumber = 1; pageNumber <= 2 * pagesOf; pageNumber++) {
    const old = pageNumber <= pagesOf ? 255 : 0
    const expected = pageNumber % 2 === 0 ? 1 + ((pageNumber / 2) % 250) : old
    assert.equal(content[(pageNumber - 1) * pageSize + 17], expected, `page ${pageNumber}`)
  }
})

for (const [what, commit, isReadNext, uncached] of [
  ['128 MiB', 2048, false, true],
  ['128 MiB that are read next', 2048, true, false],
  ['less', 2047, false, false],
] as const) {
  test(`DatabaseBuilder: a database of ${what} → ${uncached ? 'past the page cache' : 'kept in the page cache'}`, async () => {
    const hints: (boolean | undefined)[] = []
    const handle = {
      async write(_bytes: Uint8Array, _position: number, options?: WriteOptions) {
        hints.push(options?.uncached)
      },
    } as unknown as FileHandle
    const builder = new DatabaseBuilder({ handle, clock: instantEnv().clock, isReadNext }, 100_000)
    builder.beginFile(newest, headerOf(newest, { pageSize: 65_536, commit }), true)
    for (let pageNumber = 1; pageNumber <= 5; pageNumber++) {
      await placePage(builder, pageNumber, new Uint8Array(65_536))
    }
    await builder.finish()
    assert.deepEqual(hints, [uncached])
  })
}
