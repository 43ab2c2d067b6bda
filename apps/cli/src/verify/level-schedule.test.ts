import assert from 'node:assert/strict'
import type { ReplicaClient } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import type { ManagedDatabases } from '../control/managed-databases.ts'
import { LevelSchedule } from './level-schedule.ts'

const MINUTE_MS = 60_000

/** Files of one transaction each; with `joined`, one more of that and the next. */
async function replicaOf(txids: readonly bigint[], joined?: bigint): Promise<ReplicaClient> {
  const client = memoryClient()
  const spans = txids.map((txid) => [txid, txid] as const)
  if (joined !== undefined) spans.push([joined, joined + 1n])
  for (const [minTXID, maxTXID] of spans) {
    const pages = [{ pageNumber: 1, data: new Uint8Array(512) }]
    const bytes = encodeFileSpec({
      pageSize: 512,
      commit: 1,
      minTXID,
      maxTXID,
      timestampMs: 1,
      pages,
    })
    await client.writeFile(
      { level: 0, minTXID: toTxid(minTXID), maxTXID: toTxid(maxTXID) },
      async function* () {
        yield bytes
      },
    )
  }
  return client
}

function unreachable(client: ReplicaClient): ReplicaClient {
  return Object.assign(Object.create(client) as ReplicaClient, {
    listFiles() {
      throw new Error('no answer from nats://token@host')
    },
  })
}

/** What a schedule logs in an hour; sleeping takes no time. Those in `pending` are not in the replica yet. */
async function anHour(
  intervalMs: number,
  clients: Record<string, ReplicaClient>,
  pending: readonly string[] = [],
): Promise<string[]> {
  const lines: string[] = []
  let elapsedMs = 0
  const ended = Promise.withResolvers<void>()
  const real = nodeEnv().clock
  const clock = {
    ...real,
    elapsedMs: () => elapsedMs,
    async sleep(delayMs: number, { signal }: { readonly signal?: AbortSignal | undefined } = {}) {
      elapsedMs += delayMs
      if (elapsedMs <= 60 * MINUTE_MS) return await real.sleep(0, { signal })
      ended.resolve()
      await real.sleep(2 ** 30, { signal })
    },
  }
  const all = Object.entries(clients).map(([path, client]) => ({ path, client, settings: {} }))
  const databases = {
    all,
    get: (path: string) => all.find((each) => each.path === path) ?? null,
    running: (path: string) => ({
      status: () => ({ syncedAtMs: pending.includes(path) ? null : 1, replicatedTXID: 3n }),
      lookAtReplica: (reason: string) => void lines.push(`${path} is begun anew: ${reason}`),
    }),
  } as unknown as ManagedDatabases
  const schedule = new LevelSchedule({
    intervalMs,
    databases,
    env: { clock },
    logger: {
      log: (level, message, fields) => void lines.push(`${level} ${message} ${JSON.stringify(fields)}`),
      with() {
        return this
      },
    },
  })
  schedule.start()
  await ended.promise
  await schedule.close()
  return lines
}

test('LevelSchedule: a sound replica, each half hour → two rounds, told to who debugs', async () => {
  const lines = await anHour(30 * MINUTE_MS, { '/a.db': await replicaOf([1n, 2n, 3n]) })
  const line = 'debug levels checked {"db":"a.db","found":"3 files at level 0, without a hole"}'
  assert.deepEqual(lines, [line, line])
})

test('LevelSchedule: an overlap, a storage out of reach, one not replicated yet → an error, a warning, nothing', async () => {
  const sound = await replicaOf([1n])
  const lines = await anHour(
    45 * MINUTE_MS,
    { '/twice.db': await replicaOf([1n, 2n, 3n], 2n), '/gone.db': unreachable(sound), '/new.db': sound },
    ['/new.db'],
  )
  assert.deepEqual(lines, [
    'error a level of the replica has a hole or an overlap {"db":"twice.db","found":"transactions are there twice after 0000000000000002 and 0/0000000000000002-0000000000000003.ltx; transactions are there twice after 0000000000000003 and 0/0000000000000003-0000000000000003.ltx"}',
    'warn the levels of a replica could not be listed {"db":"gone.db","error":"no answer from nats://xxxxx@host"}',
  ])
})

test('LevelSchedule: transactions are missing → an error, and the database is told to look', async () => {
  const lines = await anHour(45 * MINUTE_MS, { '/hole.db': await replicaOf([1n, 2n, 5n]) })
  assert.equal(lines.length, 2)
  assert.match(
    lines[0] ?? '',
    /^error files are gone from the replica; what a restore needs is stored again {"db":"hole.db"/,
  )
  assert.match(lines[1] ?? '', /^\/hole.db is begun anew: RESTORE_GAP/)
})

test('LevelSchedule: an interval of nanoseconds → a round each second at most', async () => {
  const lines = await anHour(0.000_005, { '/a.db': await replicaOf([1n, 2n, 3n]) })
  assert.equal(lines.length, 3600)
})
