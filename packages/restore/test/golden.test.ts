import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { memoryClient, type MemoryStorage } from '@ltx/client-core/memory'
import { parseTxid, toTxid } from '@ltx/format'
import { describe, test } from 'vitest'
import { checkTimeBounds, fileLabel, isRestoreError, listReplica, type RestoreTarget } from '../src/index.ts'
import { type Expected, type GoldenReplica, loadGolden, readGolden, restoreGolden } from './golden-replica.ts'

const root = resolve(import.meta.dirname, '../../..')
const shared = process.env['LTX_FIXTURES'] ?? join(root, '../shared/fixtures')

const atTxid = (text: string): RestoreTarget => ({ kind: 'txid', txid: parseTxid(text) ?? toTxid(0n) })
const before = (text: string): RestoreTarget => ({ kind: 'timestamp', timestampMs: Date.parse(text) })

/** Which of our codes may stand for what the real program says. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'no-matching-backup': ['RESTORE_NOTHING', 'RESTORE_TXID_NOT_AVAILABLE', 'RESTORE_GAP'],
  gap: ['RESTORE_GAP'],
  'corrupt-file': ['RESTORE_CORRUPT'],
}

/** Checks one target, and returns in which way the outcome differs from the recorded one, on purpose. */
async function check(
  storage: MemoryStorage,
  target: RestoreTarget,
  expected: Expected,
  golden: GoldenReplica,
): Promise<'same' | 'gap instead of older data' | 'did without a broken file'> {
  try {
    const restored = await restoreGolden(storage, target)
    if (expected.error === 'corrupt-file') {
      // The real program fails. We found the same state in other files: it must be what was recorded for this TXID.
      const point = golden.restorePoints.find(({ txid }) => parseTxid(txid) === restored.txid)
      assert.equal(restored.sha256, point?.sha256)
      return 'did without a broken file'
    }
    assert.equal(expected.error, undefined)
    assert.equal(restored.sha256, expected.sha256)
    if (Array.isArray(expected.plan) && restored.replaced.length === 0) {
      // Files that newer full images make superfluous are not read.
      const used = restored.files.map((file) => fileLabel(file).replace('.ltx', ''))
      assert.deepEqual(used, expected.plan.slice(-used.length))
    }
    return restored.replaced.length > 0 ? 'did without a broken file' : 'same'
  } catch (error) {
    if (!isRestoreError(error)) throw error
    if (expected.error === undefined && target.kind === 'timestamp' && error.code === 'RESTORE_GAP') {
      return 'gap instead of older data'
    }
    assert.ok(
      CODES[expected.error ?? '']?.includes(error.code),
      `${String(error)}, recorded: ${JSON.stringify(expected)}`,
    )
    return 'same'
  }
}

function describeGolden(directory: string): void {
  const golden = readGolden(directory)
  const { name } = golden

  test(`${name}: latest → the recorded database`, async () => {
    assert.equal(
      await check(loadGolden(directory, golden), { kind: 'latest' }, golden.latest, golden),
      'same',
    )
  })

  test(`${name}: each of ${golden.restorePoints.length} TXIDs → the recorded database`, async () => {
    const storage = loadGolden(directory, golden)
    for (const point of golden.restorePoints) {
      assert.equal(await check(storage, atTxid(point.txid), point, golden), 'same', point.txid)
    }
  })

  test(`${name}: each of ${golden.txidsNotRestorable.length} TXIDs that are gone → RESTORE_TXID_NOT_AVAILABLE`, async () => {
    const storage = loadGolden(directory, golden)
    for (const { txid } of golden.txidsNotRestorable) {
      await assert.rejects(restoreGolden(storage, atTxid(txid)), (error) =>
        isRestoreError(error, 'RESTORE_TXID_NOT_AVAILABLE'),
      )
    }
  })

  test(`${name}: each of ${golden.timestampPoints.length} moments → the recorded database`, async () => {
    const storage = loadGolden(directory, golden)
    for (const point of golden.timestampPoints) {
      assert.equal(await check(storage, before(point.timestamp), point, golden), 'same', point.timestamp)
    }
  })

  test(`${name}: targets outside the range → as recorded for a configuration file; by URL out of range`, async () => {
    const storage = loadGolden(directory, golden)
    const listing = await listReplica(memoryClient({ storage }))
    for (const { what, args, byUrl, byConfig } of golden.edgeCases) {
      const target = args[0] === '-txid' ? atTxid(args[1]) : before(args[1])
      assert.equal(await check(storage, target, byConfig, golden), 'same', what)
      if (target.kind !== 'timestamp') continue
      const { timestampMs } = target
      if (byUrl.error !== 'timestamp-out-of-range') checkTimeBounds(listing, timestampMs)
      else {
        assert.throws(
          () => checkTimeBounds(listing, timestampMs),
          (error) => isRestoreError(error, 'RESTORE_TIME_OUT_OF_RANGE'),
        )
      }
    }
  })

  for (const mutation of golden.mutations) {
    test(`${name}: ${mutation.what} → as recorded, or better`, async () => {
      const storage = loadGolden(directory, golden, mutation)
      const outcomes = [await check(storage, { kind: 'latest' }, mutation.latest, golden)]
      for (const point of mutation.txid)
        outcomes.push(await check(storage, atTxid(point.txid), point, golden))
      for (const point of mutation.timestamp) {
        outcomes.push(await check(storage, before(point.timestamp), point, golden))
      }
      const isHole = mutation.what.startsWith('hole') || mutation.what.startsWith('only level 0')
      if (!isHole) assert.ok(!outcomes.includes('gap instead of older data'))
      if (mutation.alter.length === 0) assert.ok(!outcomes.includes('did without a broken file'))
    })
  }
}

describe('golden replicas in the repository', () => {
  const directory = join(import.meta.dirname, '../fixtures')
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== 'v3') describeGolden(join(directory, entry.name))
  }
})

describe('golden replicas of the shared set', () => {
  const directory = join(shared, 'replica')
  const names = existsSync(directory) ? readdirSync(directory) : []

  test('the folder of LTX_FIXTURES → has its replicas', ({ skip }) => {
    skip(names.length === 0, 'neither $LTX_FIXTURES nor ../shared/fixtures is there')
    assert.ok(names.length >= 5)
  })

  for (const name of names) describeGolden(join(directory, name))
})
