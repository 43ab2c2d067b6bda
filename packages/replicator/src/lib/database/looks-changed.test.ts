import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { buildWal } from '@ltx/wal/testing'
import { test } from 'vitest'
import { mainFactsOf } from '../follow/seal.ts'
import { looksChanged, type Asleep } from './looks-changed.ts'

const PAGE = 512
const FRAME = 24 + PAGE
const wal = (salt1: number, frames: number): Uint8Array =>
  buildWal({
    pageSize: PAGE,
    littleEndian: true,
    salts: [salt1, 5],
    transactions: Array.from({ length: frames }, (_, index) => ({
      pages: [{ pageNumber: index + 1, data: new Uint8Array(PAGE) }],
      commit: 9,
    })),
  })

interface Scene {
  readonly env: ReturnType<typeof simEnv>
  readonly asleep: Asleep
  readonly put: (name: string, bytes: Uint8Array) => void
}

function scene(): Scene {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  const put = (name: string, bytes: Uint8Array): void => {
    using handle = env.blockingFiles.open(`/d/${name}`, 'create')
    handle.write(bytes, 0)
  }
  put('app.db', new Uint8Array(PAGE))
  put('app.db-wal', wal(1, 2))
  const stat = env.blockingFiles.stat('/d/app.db')
  assert.ok(stat !== null)
  const place = { salt1: 1, salt2: 5, offset: 32 + 2 * FRAME, checksum: [0, 0] as const }
  return { env, put, asleep: { kind: 'asleep', main: mainFactsOf(stat), wal: place, pageSize: PAGE } }
}

type Change = (scene: Scene) => void | Promise<void>
const rows: readonly [situation: string, Change, changed: boolean][] = [
  ['nothing', () => {}, false],
  ['our own closing deleted the WAL', ({ env }) => env.blockingFiles.remove('/d/app.db-wal'), false],
  ['the WAL is empty', ({ put }) => put('app.db-wal', new Uint8Array(0)), false],
  ['a frame more', ({ put }) => put('app.db-wal', wal(1, 3)), true],
  [
    'half a frame header more',
    ({ put }) => put('app.db-wal', wal(1, 3).subarray(0, 32 + 2 * FRAME + 12)),
    false,
  ],
  ['another generation', ({ put }) => put('app.db-wal', wal(2, 1)), true],
  ['another generation over the longer old one', ({ put }) => put('app.db-wal', wal(2, 3)), true],
  [
    'a page written to the database file',
    async ({ env, put }) => {
      await env.clock.advance(1000)
      put('app.db', new Uint8Array(PAGE))
    },
    true,
  ],
  [
    'another file of the same size and time has the name',
    ({ env, put }) => {
      put('other', new Uint8Array(PAGE))
      env.blockingFiles.rename('/d/other', '/d/app.db')
    },
    true,
  ],
  ['the database is gone', ({ env }) => env.blockingFiles.remove('/d/app.db'), true],
]

for (const [situation, change, changed] of rows) {
  test(`looksChanged: ${situation} → ${changed ? 'wake up' : 'sleep on'}`, async () => {
    const here = scene()
    await change(here)
    assert.equal(await looksChanged(here.env.files, '/d/app.db', here.asleep), changed)
  })
}

test('looksChanged: no WAL when it fell asleep, one now → wake up', async () => {
  const { env, asleep } = scene()
  assert.equal(await looksChanged(env.files, '/d/app.db', { ...asleep, wal: null }), true)
})

test('looksChanged: the WAL vanishes between two looks → a change, not a failure', async () => {
  const { env, asleep } = scene()
  env.files.failNext('open', 'ENOENT', /-wal$/)
  assert.equal(await looksChanged(env.files, '/d/app.db', asleep), true)
})
