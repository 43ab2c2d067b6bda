import assert from 'node:assert/strict'
import type { FrameRuns } from '@ltx/kernels'
import { test } from 'vitest'
import { kernelsWithoutRuns, kernelsWithRuns } from '../../../test/kernels-with-runs.ts'
import { ByteReader } from '../bytes/byte-reader.ts'
import { HEADER_BYTES } from '../constants.ts'
import { encodeFileSpec } from '../testing/file-spec.ts'
import { decodePages } from './decode-pages.ts'
import { PageRuns } from './page-runs.ts'
import { RUN_BYTES_MIN } from './pages-ahead.ts'

const data = Uint8Array.from({ length: 512 }, (_, index) => index * index) // it hardly compresses
const pages = Array.from({ length: 2000 }, (_, index) => ({ pageNumber: index + 1, data }))
const file = encodeFileSpec({ pageSize: 512, commit: 2000, minTXID: 1n, maxTXID: 4n, pages })

/** The kernels, told to answer each run with `decodeFrames`, and how often they were asked. */
function askedRuns(decodeFrames: FrameRuns['decodeFrames']) {
  const { runs } = kernelsWithRuns()
  assert.ok(runs !== undefined)
  const asked = { times: 0 }
  const counting: FrameRuns = {
    ...runs,
    decodeFrames(...given) {
      asked.times++
      return decodeFrames(...given)
    },
  }
  return { asked, kernels: { ...kernelsWithoutRuns(), runs: counting } }
}

async function* once(): AsyncGenerator<Uint8Array, void, undefined> {
  yield file
}

/** How many pages came. */
async function decode(kernels: ReturnType<typeof askedRuns>['kernels']): Promise<number> {
  const room = new Uint8Array(700 * 512)
  let count = 0
  const onPages = (numbers: Uint32Array): void => void (count += numbers.length)
  await decodePages(once(), { onHeader() {}, room: () => room, onPages }, { kernels })
  return count
}

test('PageRuns: kernels without runs → none', () => {
  assert.equal(PageRuns.of(kernelsWithoutRuns(), 512), null)
})

test('PageRuns: little input, little room → not worth it; more of both → worth it', () => {
  const runs = PageRuns.of(kernelsWithRuns(), 512)
  const input = new ByteReader()
  input.push(new Uint8Array(RUN_BYTES_MIN - 1))
  assert.equal(runs?.isWorthwhile(input, 1000), false)
  input.push(new Uint8Array(1))
  input.ensure(RUN_BYTES_MIN)
  assert.equal(runs?.isWorthwhile(input, RUN_BYTES_MIN / 512 - 1), false)
  assert.equal(runs?.isWorthwhile(input, RUN_BYTES_MIN / 512), true)
})

test('PageRuns: a file that fits → most of its pages come in runs', async () => {
  const inner = kernelsWithRuns().runs
  let pagesInRuns = 0
  const { kernels } = askedRuns(async (...given) => {
    assert.ok(inner !== undefined)
    const run = await inner.decodeFrames(...given)
    pagesInRuns += run.frames
    return run
  })
  assert.equal(await decode(kernels), 2000)
  assert.ok(pagesInRuns > 1000, `${pagesInRuns}`)
})

test('PageRuns: runs that never give a page → asked now and then, and the file is read all the same', async () => {
  const { asked, kernels } = askedRuns((previous) => Promise.resolve({ frames: 0, bytes: 0, sum: previous }))
  assert.equal(await decode(kernels), 2000)
  assert.equal(asked.times, 1)
})

test('PageRuns: runs that fail → their error comes through', async () => {
  const broken = new Error('the addon is broken')
  const { kernels } = askedRuns(() => Promise.reject(broken))
  await assert.rejects(decode(kernels), broken)
})

test('PageRuns: a run that ends elsewhere than its frames do → an error, not a page more', async () => {
  const runs = PageRuns.of(kernelsWithRuns(), 512)
  const input = new ByteReader()
  input.push(file.subarray(HEADER_BYTES))
  await runs?.decode(input, 0n, new Uint8Array(100 * 512))
  assert.throws(() => runs?.finish(input, { value: 0n }), /invariant/)
})
