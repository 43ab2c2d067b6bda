import assert from 'node:assert/strict'
import { join } from 'node:path'
import { rm } from 'node:fs/promises'
import type { ReplicaClient } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { makeSoundReplica } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import type { ManagedDatabases } from '../control/managed-databases.ts'
import type { Verification } from '../health/health-monitor.ts'
import { VerifySchedule } from './verify-schedule.ts'

const HOUR_MS = 3_600_000

/** Databases of which only client and status are asked for. Those in `pending` are not in the replica yet. */
function databasesOf(
  clients: Record<string, ReplicaClient>,
  pending: Set<string>,
  again: (reason: string) => void,
  replicatedTXID: bigint | null,
) {
  const all = Object.entries(clients).map(([path, client]) => ({
    path,
    client,
    settings: { metaPath: path },
  }))
  const status = (path: string) => ({
    syncedAtMs: pending.has(path) ? null : 1,
    state: 'active',
    replicatedTXID,
  })
  const get = (path: string) => all.find((each) => each.path === path) ?? null
  const running = (path: string) => ({ status: () => status(path), lookAtReplica: again })
  return { all, get, running } as unknown as Pick<ManagedDatabases, 'all' | 'get' | 'running'>
}

/** A day, or what `hours` says, of a schedule; sleeping takes no time. */
async function after(
  hours: number,
  clients: Record<string, ReplicaClient>,
  options: {
    readonly pending?: Set<string>
    readonly confirmed?: bigint
    readonly onSleep?: (elapsedMs: number) => Promise<void> | void
  } = {},
) {
  const told: { path: string; atHours: number; failure: string | null }[] = []
  const lines: string[] = []
  let elapsedMs = 0
  const ended = Promise.withResolvers<void>()
  const real = nodeEnv().clock
  const clock = {
    wallMs: () => 1,
    elapsedMs: () => elapsedMs,
    async sleep(delayMs: number, { signal }: { readonly signal?: AbortSignal | undefined } = {}) {
      if (delayMs < 60_000) return await real.sleep(0, { signal })
      elapsedMs += delayMs
      await options.onSleep?.(elapsedMs)
      if (elapsedMs > hours * HOUR_MS) {
        ended.resolve()
        await real.sleep(2 ** 30, { signal })
      }
    },
  }
  const schedule = new VerifySchedule({
    intervalMs: 24 * HOUR_MS,
    databases: databasesOf(
      clients,
      options.pending ?? new Set(),
      (reason) => lines.push(`again: ${reason}`),
      options.confirmed ?? null,
    ),
    env: { ...nodeEnv(), clock },
    io: testIo({ environment: process.env }).io,
    logger: {
      log: (level, message, fields) => void lines.push(`${level} ${message} ${JSON.stringify(fields)}`),
      with() {
        return this
      },
    },
    verified: (path: string, { failure }: Verification) =>
      told.push({ path, atHours: Math.floor(elapsedMs / HOUR_MS), failure }),
  })
  schedule.start()
  await ended.promise
  await schedule.close()
  return { told, lines }
}

test('VerifySchedule: three databases for a day and a half → one after the other, each once a day', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  const client = (): ReplicaClient => fileClient({ path: join(directory.path, 'replica'), env: nodeEnv() })
  const { told } = await after(36, { '/a': client(), '/b': client(), '/c': client() })
  assert.deepEqual(
    told.map(({ path, atHours, failure }) => [path, atHours, failure]),
    [
      ['/a', 0, null],
      ['/b', 8, null],
      ['/c', 16, null],
      ['/a', 24, null],
      ['/b', 32, null],
    ],
  )
})

test('VerifySchedule: a replica that is broken, then right again → told, and again within the hour', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'replica')
  const client = fileClient({ path, env: nodeEnv() })
  let isMade = false
  const { told } = await after(
    1,
    { '/a': client },
    {
      async onSleep(elapsedMs) {
        if (elapsedMs < HOUR_MS / 2 || isMade) return
        isMade = true
        await makeSoundReplica(path)
      },
    },
  )
  assert.match(told[0]?.failure ?? '', /^plan: RESTORE_NOTHING/)
  assert.deepEqual([told.at(-1)?.failure, told.at(-1)?.atHours], [null, 0])
  await rm(path, { recursive: true })
})

test('VerifySchedule: sound, with nothing to compare with → not said to be found right', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  const client = fileClient({ path: join(directory.path, 'replica'), env: nodeEnv() })
  const { lines } = await after(1, { '/a': client }, { confirmed: 1n })
  assert.match(
    lines.join('\n'),
    /^info replica verified: restored and sound, but not compared .*"because":"nothing has/,
  )
})

test('VerifySchedule: what was confirmed is gone → told, and the database is told to look', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  const client = fileClient({ path: join(directory.path, 'replica'), env: nodeEnv() })
  const { told, lines } = await after(0.2, { '/a': client }, { confirmed: 3n })
  const found = 'the replica held 0000000000000003 and now ends at 0000000000000001'
  assert.equal(told[0]?.failure, `confirmed: ${found}`)
  assert.match(lines[1] ?? '', /^error files are gone from the replica/)
  assert.equal(lines[2], `again: ${found}`)
})

test('VerifySchedule: not replicated yet; a storage out of reach → no word about either', async () => {
  const client: ReplicaClient = {
    ...memoryClient(),
    listFiles() {
      throw new Error('connection refused')
    },
  }
  const { told } = await after(30, { '/a': client, '/b': memoryClient() }, { pending: new Set(['/b']) })
  assert.deepEqual(told, [])
})
