import assert from 'node:assert/strict'
import type { Kernels } from '@ltx/kernels'
import { test } from 'vitest'
import { kernelsWithoutRuns, kernelsWithRuns } from '../../../test/kernels-with-runs.ts'
import { testSeed, withSeed, type SeededRandom } from '../../../test/seeded-random.ts'
import { isFormatError } from '../errors.ts'
import { encodeFileSpec } from '../testing/file-spec.ts'
import { decodeFile } from './decode-file.ts'
import { decodePages } from './decode-pages.ts'

/** Pages here and there, or all of them when it begins with transaction 1. */
function someFile(pageSize: number, count: number, random: SeededRandom, minTXID: bigint): Uint8Array {
  const noise = random.bytes(pageSize) // hardly compresses, so that the file is long
  const step = minTXID === 1n ? 1 : 3
  const pages = Array.from({ length: count }, (_, index) => {
    const data = noise.slice()
    data[random.below(pageSize)] = index
    if (random.below(4) === 0) data.fill(index, 100)
    return { pageNumber: step * index + 1, data }
  })
  const noChecksum = minTXID !== 1n || random.below(2) === 0
  return encodeFileSpec({ pageSize, commit: step * count, minTXID, maxTXID: 4n, noChecksum, pages })
}

async function* chunksOf(file: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += chunkBytes) {
    const lent = file.slice(at, at + chunkBytes)
    yield lent
    lent.fill(0xee)
  }
}

interface Seen {
  readonly pages: (readonly [number, string])[]
  /** `end`, or what is wrong. */
  readonly last: string
}

const contentOf = (page: Uint8Array): string => Buffer.from(page).toString('latin1')

async function seenOneByOne(file: Uint8Array): Promise<Seen> {
  const pages: [number, string][] = []
  const last = await outcomeOf(() =>
    decodeFile(
      chunksOf(file, file.length),
      (event) => void (event.kind === 'page' && pages.push([event.pageNumber, contentOf(event.data)])),
      { kernels: kernelsWithoutRuns() },
    ),
  )
  return { pages, last }
}

async function seenMany(
  kernels: Kernels,
  file: Uint8Array,
  chunkBytes: number,
  roomOf: () => number,
): Promise<Seen> {
  const pages: [number, string][] = []
  let pageSize = 0
  let room = new Uint8Array(0)
  const sink = {
    onHeader: (header: { readonly pageSize: number }) => void (pageSize = header.pageSize),
    room: () => (room = new Uint8Array(roomOf() * pageSize)),
    onPages(numbers: Uint32Array) {
      for (const [index, pageNumber] of numbers.entries()) {
        pages.push([pageNumber, contentOf(room.subarray(index * pageSize, (index + 1) * pageSize))])
      }
      return pages.length % 2 === 0 ? Promise.resolve() : undefined
    },
  }
  const last = await outcomeOf(() => decodePages(chunksOf(file, chunkBytes), sink, { kernels }))
  return { pages, last }
}

async function outcomeOf(decode: () => Promise<unknown>): Promise<string> {
  try {
    await decode()
    return 'end'
  } catch (error) {
    assert.ok(isFormatError(error), String(error))
    return error.message
  }
}

const shapes = [
  [512, 3000, 2n],
  [4096, 300, 1n],
  [4096, 300, 3n],
  [65_536, 30, 1n],
] as const

for (const [pageSize, count, minTXID] of shapes) {
  test(`decodePages: ${count} pages of ${pageSize} from transaction ${minTXID}, any chunks and room → the pages of decodeFile`, async () => {
    await withSeed(testSeed(), async (random) => {
      const file = someFile(pageSize, count, random, minTXID)
      const expected = await seenOneByOne(file)
      assert.deepEqual([expected.last, expected.pages.length], ['end', count])
      for (const kernels of [kernelsWithRuns(), kernelsWithoutRuns()]) {
        for (const chunkBytes of [file.length, 300_000, 70_001, 1 + random.below(20_000)]) {
          const roomMax = 1 + random.below(600)
          const found = await seenMany(kernels, file, chunkBytes, () => 1 + random.below(roomMax))
          assert.deepEqual(found, expected, `chunks of ${chunkBytes}, room for ${roomMax}`)
        }
      }
    })
  })
}

test('decodePages: a bit flipped or the file cut anywhere → the error of decodeFile, no page that it does not give', async () => {
  await withSeed(testSeed(), async (random) => {
    const whole = someFile(512, 1200, random, 1n)
    for (let round = 0; round < 40; round++) {
      const file = whole.slice()
      file[random.below(file.length)]! ^= 1 << random.below(8)
      const broken = random.below(4) === 0 ? file.subarray(0, random.below(file.length)) : file
      const expected = await seenOneByOne(broken)
      assert.notEqual(expected.last, 'end')
      for (const kernels of [kernelsWithRuns(), kernelsWithoutRuns()]) {
        const chunkBytes = 1 + random.below(broken.length + 100)
        const found = await seenMany(kernels, broken, chunkBytes, () => 1 + random.below(400))
        assert.equal(found.last, expected.last, `round ${round}`)
        assert.deepEqual(found.pages, expected.pages.slice(0, found.pages.length))
      }
    }
  })
})

test('decodePages: what the sink throws, at once or later → comes through, and the source is closed', async () => {
  await withSeed(testSeed(), async (random) => {
    const file = someFile(512, 100, random, 1n)
    const reason = new Error('stop')
    for (const onPages of [() => Promise.reject(reason), () => assert.fail(reason)]) {
      let isClosed = false
      async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
        try {
          yield* chunksOf(file, 1000)
        } finally {
          isClosed = true
        }
      }
      const room = new Uint8Array(5 * 512)
      await assert.rejects(decodePages(source(), { onHeader() {}, room: () => room, onPages }), reason)
      assert.ok(isClosed)
    }
  })
})
