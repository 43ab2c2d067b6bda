import assert from 'node:assert/strict'
import type { FileHandle } from '@ltx/env'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { comparable } from '../../../test/followed-copy.ts'
import { contentOf, instantEnv, putContent } from '../../../test/instant-env.ts'
import { parseOutputPath } from '../output-path.ts'
import { applyUpdate } from './apply-update.ts'
import { type CopyState, UpdateStage } from './stage-update.ts'

const output = parseOutputPath('/copy/app.db')

function database(pageSize: number, ...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(pageSize * values.length)
  for (const [index, value] of values.entries()) bytes.fill(value, index * pageSize, (index + 1) * pageSize)
  new DataView(bytes.buffer).setUint16(16, pageSize)
  return bytes
}

interface Scene {
  readonly before: Uint8Array
  readonly from: Omit<CopyState, 'txid'>
  readonly to: Omit<CopyState, 'txid'>
  readonly pages: readonly (readonly [pageNumber: number, data: Uint8Array])[]
}

/** Stages, looks, and applies. @returns which pages were staged, and the copy afterwards */
async function updated(
  { before, from, to, pages }: Scene,
  look: (update: UpdateStage, handle: FileHandle) => Promise<void> = async () => {},
): Promise<{ readonly staged: readonly number[]; readonly after: Uint8Array }> {
  const env = instantEnv()
  await putContent(env, output.path, before)
  await using handle = await env.files.open(output.path, 'read-write')
  const states = { from: { ...from, txid: toTxid(1n) }, to: { ...to, txid: toTxid(2n) } }
  let staged: readonly number[]
  {
    await using update = await UpdateStage.create(env, output, handle, states)
    for (const [pageNumber, data] of pages) await update.place(pageNumber, data)
    await update.finish()
    assert.deepEqual(await contentOf(env, output.path), before, 'staging does not touch the copy')
    await look(update, handle)
    await applyUpdate(env, output, handle, update)
    staged = update.pageNumbers
  }
  assert.deepEqual(await env.files.list('/copy'), ['app.db'])
  return { staged, after: await contentOf(env, output.path) }
}

const size = (pageSize: number, commit: number): Omit<CopyState, 'txid'> => ({ pageSize, commit })
const page = (value: number, pageSize: number = 512): Uint8Array => new Uint8Array(pageSize).fill(value)

test('update: pages that are there already, one that is changed, one that is added → only these two and the first', async () => {
  const { staged, after } = await updated({
    before: database(512, 1, 2, 3),
    from: size(512, 3),
    to: size(512, 4),
    pages: [
      [2, page(2)],
      [3, page(7)],
      [4, page(4)],
      [5, page(5)],
    ],
  })
  assert.deepEqual(staged, [3, 4, 1])
  assert.deepEqual(comparable(after), comparable(database(512, 1, 2, 7, 4)))
})

test('update: the database shrinks → it is cut', async () => {
  const { after } = await updated({
    before: database(512, 1, 2, 3),
    from: size(512, 3),
    to: size(512, 1),
    pages: [],
  })
  assert.deepEqual(comparable(after), comparable(database(512, 1)))
})

test('update: another page size → every page, nothing of the old one', async () => {
  const next = database(1024, 5, 6)
  const { staged, after } = await updated({
    before: database(512, 1, 2, 3),
    from: size(512, 3),
    to: size(1024, 2),
    pages: [1, 2].map((number) => [number, next.subarray((number - 1) * 1024, number * 1024)]),
  })
  assert.deepEqual(staged, [1, 2])
  assert.deepEqual(comparable(after), comparable(next))
})

test('update: two megabytes of pages in any order → all at their place', async () => {
  const count = 4200
  const before = database(512, ...Array.from({ length: count }, () => 1))
  const numbers = Array.from({ length: count - 1 }, (_, index) => 2 + ((index * 1009) % (count - 1)))
  const { after } = await updated({
    before,
    from: size(512, count),
    to: size(512, count),
    pages: numbers.map((number) => [number, page(number % 200)]),
  })
  const expected = database(512, 1, ...Array.from({ length: count - 1 }, (_, index) => (index + 2) % 200))
  assert.equal(Buffer.compare(comparable(after), comparable(expected)), 0)
})
