import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { collectFiles, isClientError } from '@ltx/client-core'
import { isRestoreError } from '@ltx/restore'
import { describe, test } from 'vitest'
import { s3StormBody, type Faults } from '../src/index.ts'
import { BACKENDS } from './backends.ts'
import { FaultScene, TIMEOUT_MS, until } from './fault-scene.ts'
import type { Replicating } from './replicating.ts'
import { seededRun, type Chance } from './seeded-run.ts'

/** Between the first sync and the last: what happens to a replicator at work. */
type Trouble = (world: FaultScene, replicating: Replicating, chance: Chance) => Promise<void>

interface Row {
  readonly name: string
  readonly only?: 'http'
  readonly trouble: Trouble
}

const cuts = (
  faults: (chance: Chance) => NonNullable<Faults['cut']>,
  times: number,
  rows: number = 300,
): Trouble => {
  return async ({ proxy, writer }, _, chance) => {
    proxy.set({ cut: faults(chance), times })
    await writer.writeAtOnce(rows)
    await until(`${times} cuts`, () => proxy.counts.cuts >= times)
  }
}

const hole = (blackHole: NonNullable<Faults['blackHole']>): Trouble => {
  return async ({ proxy, writer }) => {
    const { bytesUp } = proxy.counts
    proxy.set({ blackHole })
    await writer.writeAtOnce(100)
    await until('something is sent', () => proxy.counts.bytesUp > bytesUp)
    await sleep(TIMEOUT_MS * 1.5)
    proxy.clear()
  }
}

const ROWS: readonly Row[] = [
  {
    name: 'latency and jitter, while the application writes',
    trouble: async ({ proxy, writer }) => {
      proxy.set({ latencyMs: 60, jitterMs: 60 })
      await writer.begin()
      await sleep(1500)
      await writer.pause()
    },
  },
  {
    name: 'a slow line',
    trouble: async ({ proxy, writer }) => {
      proxy.set({ bytesPerSecond: 400_000 })
      await writer.writeAtOnce(300)
    },
  },
  {
    name: 'connections reset in the middle of an upload, twice',
    trouble: cuts(
      ({ between }) => ({ direction: 'up', afterBytes: between(5000, 800_000), how: 'reset' }),
      2,
    ),
  },
  {
    name: 'connections ended in the middle of an upload, twice',
    trouble: cuts(({ between }) => ({ direction: 'up', afterBytes: between(5000, 800_000), how: 'end' }), 2),
  },
  {
    name: 'connections reset in the middle of an upload of 18 MB, which goes up in parts where there are parts, three times',
    trouble: cuts(
      ({ between }) => ({ direction: 'up', afterBytes: between(500_000, 4_000_000), how: 'reset' }),
      3,
      6000,
    ),
  },
  {
    name: 'replies cut off, three times',
    trouble: cuts(({ between }) => ({ direction: 'down', afterBytes: between(1, 60), how: 'reset' }), 3),
  },
  { name: 'what is sent vanishes', trouble: hole('up') },
  { name: 'what is answered vanishes', trouble: hole('down') },
  {
    name: 'nobody listens for a while',
    trouble: async ({ proxy, writer }, replicating) => {
      await proxy.refuse()
      await writer.write(20)
      await sleep(1500)
      assert.notEqual(replicating.database.status().replicatedTXID, replicating.database.status().txid)
      await proxy.accept()
    },
  },
  {
    name: 'all connections reset, again and again, while the application writes',
    trouble: async ({ proxy, writer }, _, { between }) => {
      await writer.begin()
      for (let turn = 0; turn < 12; turn++) {
        await sleep(between(20, 250))
        proxy.killAll('reset')
      }
      await writer.pause()
    },
  },
  {
    name: 'a storm of 503 and 429, while the application writes',
    only: 'http',
    trouble: async ({ front, writer }, _, { seed }) => {
      front?.storm({ probability: 0.6, statuses: [503, 503, 429], seed, bodyOf: s3StormBody })
      await writer.begin()
      await sleep(2500)
      await writer.pause()
      await until('refusals', () => (front?.counts.refused ?? 0) > 2)
      front?.storm(null)
    },
  },
]

const remote = BACKENDS.filter(({ protocol }) => protocol !== 'none')

describe.concurrent.each(remote.map((backend) => [backend.name, backend] as const))(
  'replicating to %s',
  (_, backend) => {
    for (const { name, only, trouble } of ROWS) {
      if (only !== undefined && only !== backend.protocol) continue
      test(`${name} → the replicator recovers by itself, and what is stored is right`, () =>
        seededRun(async (chance) => {
          await using world = await FaultScene.make(backend, chance.seed)
          await using replicating = await world.replicate()
          await trouble(world, replicating, chance)
          world.proxy.clear()
          await world.assertRecovers(replicating)
        }))
    }

    test('a bit flipped in the middle of an upload → noticed; where nothing can notice it, at the restore at the latest', () =>
      seededRun(async (chance) => {
        await using world = await FaultScene.make(backend, chance.seed)
        await using replicating = await world.replicate()
        const { proxy, writer } = world
        proxy.set({ flip: { direction: 'up', atByte: chance.between(100_000, 700_000) }, times: 1 })
        await writer.writeAtOnce(300)
        await until('a flip', () => proxy.counts.flips > 0)
        if (backend.storesFlippedBits !== true) {
          await world.assertRecovers(replicating)
          return
        }
        await replicating.database.sync()
        const image = await writer.image()
        try {
          await world.scene.assertRestores(image) // it hit the protocol, and was made good
        } catch (error) {
          if (!isRestoreError(error, 'RESTORE_CORRUPT')) throw error
        }
      }))

    for (const blackHole of ['up', 'down'] as const) {
      test(`black hole ${blackHole} → every call fails in time, and says that it may be made again`, () =>
        seededRun(async ({ seed }) => {
          await using world = await FaultScene.make(backend, seed)
          {
            await using replicating = await world.replicate()
            assert.ok(replicating.database.status().replicatedTXID !== null)
          }
          await using client = world.scene.client({ ...world.through, retries: 0 })
          const [file] = await collectFiles(client.listFiles(0))
          assert.ok(file !== undefined)
          const bytes = await gatherBytes(client.readFile(file))
          world.proxy.set({ blackHole })
          const calls: readonly (() => Promise<unknown>)[] = [
            () => collectFiles(client.listFiles(0)),
            () => gatherBytes(client.readFile(file)),
            () => client.writeFile(file, () => chunksOf(bytes)),
            () => client.deleteFiles([file]),
          ]
          const start = performance.now()
          for (const outcome of await Promise.allSettled(calls.map((call) => call()))) {
            assert.equal(outcome.status, 'rejected')
            assert.ok(isClientError(outcome.reason, 'CLIENT_UNREACHABLE'), String(outcome.reason))
          }
          const tookMs = performance.now() - start
          assert.ok(tookMs < TIMEOUT_MS * 4, `${tookMs} ms`)
        }))
    }
  },
)

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536)
}

async function gatherBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}
