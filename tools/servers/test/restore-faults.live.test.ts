import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { isClientError } from '@ltx/client-core'
import { isRestoreError } from '@ltx/restore'
import { describe, test } from 'vitest'
import { s3StormBody } from '../src/index.ts'
import { BACKENDS } from './backends.ts'
import { FaultScene, RECOVERY_MS_MAX, TIMEOUT_MS, until } from './fault-scene.ts'
import { seededRun, type Chance } from './seeded-run.ts'

interface Row {
  readonly name: string
  readonly only?: 'http'
  /** Before the restore begins; what it gives goes on beside it. */
  readonly trouble: (world: FaultScene, chance: Chance) => void | Promise<void>
  readonly happened: (world: FaultScene) => boolean
}

const ROWS: readonly Row[] = [
  {
    name: 'latency, jitter and a slow line',
    trouble: ({ proxy }) => {
      proxy.set({ latencyMs: 40, jitterMs: 40, bytesPerSecond: 1_000_000 })
    },
    happened: () => true,
  },
  ...(['reset', 'end'] as const).map((how): Row => ({
    name: `connections cut in the middle of a download with ${how}, three times`,
    trouble: ({ proxy }, { between }) => {
      proxy.set({ cut: { direction: 'down', afterBytes: between(2000, 700_000), how }, times: 3 })
    },
    happened: ({ proxy }) => proxy.counts.cuts === 3,
  })),
  ...(['up', 'down'] as const).map((blackHole): Row => ({
    name: `black hole ${blackHole} for a while`,
    trouble: ({ proxy }) => {
      proxy.set({ blackHole })
      return sleep(TIMEOUT_MS * 1.3).then(() => proxy.clear())
    },
    happened: () => true,
  })),
  {
    name: 'all connections reset, again and again',
    trouble: async ({ proxy }, { between }) => {
      proxy.set({ latencyMs: 15 }) // so that it takes a while
      for (let turn = 0; turn < 8; turn++) {
        await sleep(between(10, 80))
        proxy.killAll('reset')
      }
    },
    happened: ({ proxy }) => proxy.counts.kills > 0,
  },
  {
    name: 'a storm of 503 and 429',
    only: 'http',
    trouble: ({ front }, { seed }) => {
      front?.storm({ probability: 0.2, statuses: [503, 429], seed, bodyOf: s3StormBody })
    },
    happened: ({ front }) => (front?.counts.refused ?? 0) > 0,
  },
]

const remote = BACKENDS.filter(({ protocol }) => protocol !== 'none')

describe.concurrent.each(remote.map((backend) => [backend.name, backend] as const))(
  'restoring from %s',
  (_, backend) => {
    for (const { name, only, trouble, happened } of ROWS) {
      if (only !== undefined && only !== backend.protocol) continue
      test(`${name} → every page is right, in time`, () =>
        seededRun(async (chance) => {
          await using world = await FaultScene.make(backend, chance.seed)
          const image = await replicated(world)
          const meanwhile = trouble(world, chance)
          const signal = AbortSignal.timeout(RECOVERY_MS_MAX)
          do await world.scene.assertRestores(image, { signal }, world.through)
          while (!happened(world)) // chance may spare one
          await meanwhile
        }))
    }

    test('a bit flipped in the middle of a download → right, or refused with nothing left; the next time right', () =>
      seededRun(async (chance) => {
        await using world = await FaultScene.make(backend, chance.seed)
        const image = await replicated(world)
        const atByte = chance.between(50_000, 700_000)
        world.proxy.set({ flip: { direction: 'down', atByte }, times: 1 })
        const signal = AbortSignal.timeout(RECOVERY_MS_MAX)
        try {
          await world.scene.assertRestores(image, { signal }, world.through)
        } catch (error) {
          const isRefusal = isRestoreError(error, 'RESTORE_CORRUPT') || isClientError(error)
          if (!isRefusal) throw error
        }
        await until('a flip', () => world.proxy.counts.flips > 0)
        await world.scene.assertRestores(image, {}, world.through)
      }))
  },
)

/** Everything is in the replica, and nobody replicates any more. */
async function replicated(world: FaultScene): Promise<Uint8Array> {
  await using replicating = await world.replicate()
  await world.writer.write(20)
  await world.writer.writeAtOnce(200)
  const image = await world.writer.image()
  await replicating.database.sync()
  assert.ok(image.length > 2_000_000, `${image.length} bytes`)
  return image
}
