import assert from 'node:assert/strict'
import { collectFiles } from '../collect-files.ts'
import { fileBytes, key, sourceOf, TIME_MS } from './material.ts'
import type { ConformanceCase, Scene } from './scene.ts'

/** Around what loses precision: seconds, fractions with trailing zeros, and milliseconds that a double of seconds cannot hold. */
const TIMES_MS: readonly number[] = [
  1,
  999,
  1000,
  86_400_000,
  1_577_836_800_000,
  1_600_000_000_120,
  1_600_000_000_100,
  ...Array.from({ length: 25 }, (_, index) => TIME_MS + index * 37),
  2_000_000_000_001,
]

/** One file for each time; later files are older, so nothing can be right by sorting. */
async function writeTimes(scene: Scene): Promise<number[]> {
  const times = TIMES_MS.toReversed()
  await Promise.all(
    times.map(async (timestampMs, index) => {
      const file = key(0, BigInt(index + 1))
      const written = await scene.client.writeFile(file, sourceOf(fileBytes(file, { timestampMs })))
      assert.equal(written.createdAtMs, timestampMs, 'what the write returned')
    }),
  )
  return times
}

async function again(scene: Scene): Promise<void> {
  const file = key(0, 1n)
  const bytes = fileBytes(file, { timestampMs: TIME_MS })
  await scene.client.writeFile(file, sourceOf(bytes))
  const second = await scene.client.writeFile(file, sourceOf(bytes))
  assert.equal(second.createdAtMs, TIME_MS)
  const listed = await scene.list(0, { exactTimestamps: true })
  assert.deepEqual(
    listed.map(({ createdAtMs }) => createdAtMs),
    [TIME_MS],
  )
}

export const timestampCases: readonly ConformanceCase[] = [
  {
    name: 'exact timestamps asked for → the header times, to the millisecond',
    async run(scene) {
      const times = await writeTimes(scene)
      const listed = await scene.list(0, { exactTimestamps: true })
      assert.deepEqual(
        listed.map(({ createdAtMs }) => createdAtMs),
        times,
      )
    },
  },
  {
    name: 'abilities.listsExactTimestamps → a plain listing is exact, too',
    async run(scene) {
      if (!scene.client.abilities.listsExactTimestamps) return
      const times = await writeTimes(scene)
      assert.deepEqual(
        (await scene.list(0)).map(({ createdAtMs }) => createdAtMs),
        times,
      )
    },
  },
  {
    name: 'a plain listing → some time, in whole milliseconds',
    async run(scene) {
      await scene.write(0, 1n)
      for (const { createdAtMs } of await scene.list(0)) {
        assert.ok(Number.isInteger(createdAtMs) && createdAtMs > 0, `${createdAtMs}`)
      }
    },
  },
  { name: 'the same file written again → its time stays', run: again },
  {
    name: 'asked of another client → the header times, to the millisecond',
    needs: ['second-client'],
    async run(scene) {
      const times = await writeTimes(scene)
      const other = await scene.another()
      const listed = await collectFiles(other.listFiles(0, { exactTimestamps: true }))
      assert.deepEqual(
        listed.map(({ createdAtMs }) => createdAtMs),
        times,
      )
    },
  },
  {
    name: 'the earliest time of a compaction → comes back, and never stands in for the other',
    needs: ['earliest-timestamps'],
    async run(scene) {
      await scene.write(1, 1n, 5n, { earliestAtMs: TIME_MS - 4321 })
      await scene.write(1, 6n)
      const listed = await scene.list(1, { exactTimestamps: true })
      assert.deepEqual(
        listed.map(({ createdAtMs, earliestAtMs }) => [createdAtMs, earliestAtMs]),
        [
          [TIME_MS, TIME_MS - 4321],
          [TIME_MS, undefined],
        ],
      )
    },
  },
]
