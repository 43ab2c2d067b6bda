import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createKernels, type FrameRuns, type Kernels } from '@ltx/kernels'
import { test } from 'vitest'
import { kernelsWithoutRuns, kernelsWithRuns, slowRuns } from '../../../test/kernels-with-runs.ts'
import { testSeed, withSeed, type SeededRandom } from '../../../test/seeded-random.ts'
import { isFormatError } from '../errors.ts'
import { encodeFileSpec } from '../testing/file-spec.ts'
import { decodeFile } from './decode-file.ts'
import { RUN_BYTES_MIN } from './pages-ahead.ts'

function someFile(pageSize: number, count: number, random: SeededRandom, noChecksum: boolean): Uint8Array {
  const noise = random.bytes(pageSize) // hardly compresses, so that the file is long
  const pages = Array.from({ length: count }, (_, index) => {
    const data = noise.slice()
    data[random.below(pageSize)] = index
    if (random.below(4) === 0) data.fill(index, 100)
    return { pageNumber: index + 1, data }
  })
  return encodeFileSpec({ pageSize, commit: count, minTXID: 1n, maxTXID: 4n, noChecksum, pages })
}

async function* chunksOf(file: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += chunkBytes) yield file.slice(at, at + chunkBytes)
}

/** Everything that a reader of the file sees, errors with their places included. */
async function seen(kernels: Kernels, file: Uint8Array, chunkBytes: number): Promise<string[]> {
  const events: string[] = []
  try {
    await decodeFile(
      chunksOf(file, chunkBytes),
      (event) => {
        if (event.kind !== 'page') return void events.push(event.kind)
        const hash = createHash('sha1').update(event.data)
        events.push(`${event.pageNumber} ${event.frame?.length} ${hash.digest('hex')}`)
      },
      { kernels },
    )
  } catch (error) {
    assert.ok(isFormatError(error))
    events.push(error.message)
  }
  return events
}

/** Counts the pages that came in runs. */
function counted(runs: FrameRuns): { runs: FrameRuns; pages: () => number } {
  let pages = 0
  return {
    pages: () => pages,
    runs: {
      cores: runs.cores,
      encodeFrames: (...given) => runs.encodeFrames(...given),
      encodeScattered: (...given) => runs.encodeScattered(...given),
      decodeFrames: async (...given) => {
        const run = await runs.decodeFrames(...given)
        pages += run.frames
        return run
      },
    },
  }
}

const shapes: readonly [pageSize: number, count: number, noChecksum: boolean][] = [
  [512, 9000, true],
  [4096, 300, true],
  [4096, 300, false],
  [65_536, 50, true],
]

for (const [pageSize, count, noChecksum] of shapes) {
  const what = `${count} pages of ${pageSize}${noChecksum ? '' : ', tracked'}`
  test(`PagesAhead: ${what}, chunks of all sizes → the events of one page at a time`, async () => {
    await withSeed(testSeed(), async (random) => {
      const file = someFile(pageSize, count, random, noChecksum)
      const expected = await seen(kernelsWithoutRuns(), file, file.length)
      assert.equal(expected.length, count + 2)
      for (const bytes of [file.length, 700_000, RUN_BYTES_MIN + 1 + random.below(100_000), 70_000]) {
        const kernels = kernelsWithRuns()
        const { runs, pages } = counted(kernels.runs ?? slowRuns(kernels))
        assert.deepEqual(await seen({ ...kernels, runs }, file, bytes), expected, `chunks of ${bytes}`)
        if (bytes > 4 * RUN_BYTES_MIN) assert.ok(pages() > count / 2, `${pages()} pages in runs`)
      }
    })
  })
}

test('PagesAhead: a bit flipped or the file cut anywhere → the same events, and the same error', async () => {
  await withSeed(testSeed(), async (random) => {
    const whole = someFile(512, 1200, random, true)
    for (let round = 0; round < 60; round++) {
      const file = whole.slice()
      file[random.below(file.length)]! ^= 1 << random.below(8)
      const broken = random.below(4) === 0 ? file.subarray(0, random.below(file.length)) : file
      const chunkBytes = random.below(2) === 0 ? broken.length + 1 : RUN_BYTES_MIN + random.below(400_000)
      const expected = await seen(kernelsWithoutRuns(), broken, chunkBytes)
      assert.deepEqual(await seen(kernelsWithRuns(), broken, chunkBytes), expected, `round ${round}`)
    }
  })
})

test('PagesAhead: runs that never give a page → asked now and then, and the file is read all the same', async () => {
  await withSeed(testSeed(), async (random) => {
    const kernels = kernelsWithoutRuns()
    let asked = 0
    const decodeFrames = (previous: bigint): ReturnType<FrameRuns['decodeFrames']> => {
      asked++
      return Promise.resolve({ frames: 0, bytes: 0, sum: previous })
    }
    const runs = { ...slowRuns(createKernels()), decodeFrames }
    const file = someFile(4096, 1000, random, true)
    assert.deepEqual(await seen({ ...kernels, runs }, file, 200_000), await seen(kernels, file, file.length))
    assert.ok(asked > 0 && asked < 4, `asked ${asked} times`)
  })
})

test('PagesAhead: runs that fail → their error comes through', async () => {
  await withSeed(testSeed(), async (random) => {
    const broken = new Error('the addon is broken')
    const runs = { ...slowRuns(createKernels()), decodeFrames: () => Promise.reject(broken) }
    const file = someFile(4096, 100, random, true)
    const reading = decodeFile(chunksOf(file, file.length), () => {}, {
      kernels: { ...kernelsWithoutRuns(), runs },
    })
    await assert.rejects(reading, broken)
  })
})

test('PagesAhead: two cores → never asked', async () => {
  await withSeed(testSeed(), async (random) => {
    const runs = { ...slowRuns(createKernels()), cores: 2, decodeFrames: () => assert.fail('asked') }
    const kernels = kernelsWithoutRuns()
    const file = someFile(4096, 100, random, true)
    assert.deepEqual(
      await seen({ ...kernels, runs }, file, file.length),
      await seen(kernels, file, file.length),
    )
  })
})
