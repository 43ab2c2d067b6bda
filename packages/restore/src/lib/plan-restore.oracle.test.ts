import assert from 'node:assert/strict'
import type { FileInfo } from '@ltx/client-core'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { fileInfo, listingOf } from '../../test/file-infos.ts'
import { restorableTxids } from './chain.ts'
import { isRestoreError } from './errors.ts'
import { planRestore, type ReplicaListing } from './plan-restore.ts'
import { LATEST, type RestoreTarget } from './restore-target.ts'

const LAST_TXID = 6

/** Every range inside 1 … 6. */
const ranges: [min: number, max: number][] = []
for (let min = 1; min <= LAST_TXID; min++)
  for (let max = min; max <= LAST_TXID; max++) ranges.push([min, max])

/** A chain of files: which of the set (a bit each), where it ends, and its first file. */
interface Chain {
  readonly mask: number
  readonly end: number
  readonly first: FileInfo
  readonly length: number
}

/** Tries all subsets. */
function chainsOf(files: readonly FileInfo[]): Chain[] {
  const chains: Chain[] = []
  for (let mask = 1; mask < 1 << files.length; mask++) {
    const subset = files.filter((_, bit) => (mask >> bit) & 1)
    subset.sort((a, b) => Number(a.maxTXID - b.maxTXID))
    let end = 0n
    const continues = subset.every((file) => {
      const fine = file.minTXID <= end + 1n && file.maxTXID > end
      end = file.maxTXID
      return fine
    })
    const first = subset[0]
    if (continues && first !== undefined)
      chains.push({ mask, end: Number(end), first, length: subset.length })
  }
  return chains
}

const maskOf = (files: readonly FileInfo[], isIn: (file: FileInfo) => boolean): number =>
  files.reduce((mask, file, bit) => (isIn(file) ? mask | (1 << bit) : mask), 0)

const furthest = (chains: readonly Chain[], allowed: number): number =>
  chains.reduce((end, chain) => ((chain.mask & ~allowed) === 0 ? Math.max(end, chain.end) : end), 0)

/** What planRestore must answer: the transaction it restores, or the code of its refusal. */
function oracle(
  files: readonly FileInfo[],
  chains: readonly Chain[],
  target: RestoreTarget,
): number | string {
  const [only] = files
  if (files.length === 1 && only?.level === 0 && only.minTXID === 2n && only.maxTXID === 2n)
    return 'RESTORE_NOTHING' // the first image is on its way
  if (files.length === 0) return 'RESTORE_NOTHING'
  const everything = furthest(chains, -1)
  if (target.kind === 'txid') {
    const wanted = Number(target.txid)
    if (chains.some((chain) => chain.end === wanted)) return wanted
    return wanted > everything && files.some((file) => file.maxTXID >= target.txid)
      ? 'RESTORE_GAP'
      : 'RESTORE_TXID_NOT_AVAILABLE'
  }
  const fits = (file: FileInfo): boolean => target.kind === 'latest' || file.createdAtMs < target.timestampMs
  const fitting = maskOf(files, fits)
  const end = furthest(chains, fitting)
  if (end === 0 && target.kind === 'timestamp' && (fitting === 0 || everything > 0)) return 'RESTORE_NOTHING'
  const bridged = furthest(chains, fitting | maskOf(files, (file) => file.level < 9))
  const lost = files.some((file) => fits(file) && Number(file.minTXID) > bridged + 1)
  return lost || end === 0 ? 'RESTORE_GAP' : end
}

function answer(
  listing: ReplicaListing,
  target: RestoreTarget,
  chains: readonly Chain[],
  files: readonly FileInfo[],
): number | string {
  try {
    const plan = planRestore(listing, target)
    const mask = maskOf(files, (file) => plan.files.includes(file))
    const chosen = chains.find((chain) => chain.mask === mask)
    assert.ok(chosen !== undefined, 'the plan is a chain')
    assert.equal(BigInt(chosen.end), plan.maxTXID)
    const fitting = maskOf(
      files,
      (file) => target.kind !== 'timestamp' || file.createdAtMs < target.timestampMs,
    )
    const rivals = chains.filter((chain) => (chain.mask & ~fitting) === 0 && chain.end === chosen.end)
    const shortest = rivals.filter((chain) => chain.first === chosen.first)
    assert.ok(rivals.includes(chosen), 'every file of the plan fits the target')
    assert.equal(
      chosen.length,
      Math.min(...shortest.map((chain) => chain.length)),
      'no chain from the same start is shorter',
    )
    return chosen.end
  } catch (error) {
    if (isRestoreError(error)) return error.code
    throw error
  }
}

const targets: RestoreTarget[] = [LATEST]
for (let txid = 1; txid <= LAST_TXID + 1; txid++) targets.push({ kind: 'txid', txid: toTxid(BigInt(txid)) })
for (const timestampMs of [10, 25, 41, 55, 70]) targets.push({ kind: 'timestamp', timestampMs })

interface Variant {
  readonly name: string
  readonly filesMax: number
  readonly sets: number
  /** How files that are only ranges so far get their level and time. */
  readonly toFile: (range: [number, number], index: number) => FileInfo
}

const variants: readonly Variant[] = [
  {
    name: 'full files are snapshots',
    filesMax: 5,
    sets: 27_896,
    toFile: ([min, max]) => fileInfo(min === 1 ? 9 : (max - min) % 3, min, max),
  },
  {
    name: 'no snapshots',
    filesMax: 4,
    sets: 7547,
    toFile: ([min, max]) => fileInfo((max - min) % 3, min, max),
  },
  {
    name: 'snapshots and compactions mixed, clock jumping',
    filesMax: 5,
    sets: 27_896,
    toFile: ([min, max], index) =>
      fileInfo(min === 1 && max % 2 === 0 ? 9 : 1, min, max, 10 * (1 + ((index * 5 + max * 3) % 7))),
  },
]

function* subsetsOf<Item>(items: readonly Item[], sizeMax: number, from = 0): Generator<Item[]> {
  yield []
  if (sizeMax === 0) return
  for (let index = from; index < items.length; index++) {
    for (const rest of subsetsOf(items, sizeMax - 1, index + 1)) yield [items[index]!, ...rest]
  }
}

for (const variant of variants) {
  test(`planRestore: every set of up to ${variant.filesMax} files over 6 transactions, ${variant.name} → what trying all subsets finds`, () => {
    let sets = 0
    const answers = new Map<number | string, number>()
    for (const set of subsetsOf(ranges, variant.filesMax)) {
      sets++
      const files = set.map(variant.toFile)
      const chains = chainsOf(files)
      const listing = listingOf(files)
      for (const target of targets) {
        const expected = oracle(files, chains, target)
        const got = answer(listing, target, chains, files)
        if (got !== expected)
          assert.fail(
            `${JSON.stringify(set)} ${JSON.stringify(target, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v))}: ${got}, not ${expected}`,
          )
        answers.set(got, (answers.get(got) ?? 0) + 1)
      }
      const ends = [...new Set(chains.map((chain) => chain.end))].toSorted((a, b) => a - b)
      assert.deepEqual(restorableTxids(files).map(Number), ends)
    }
    assert.equal(sets, variant.sets)
    for (const kind of [1, 6, 'RESTORE_NOTHING', 'RESTORE_GAP', 'RESTORE_TXID_NOT_AVAILABLE']) {
      assert.ok((answers.get(kind) ?? 0) > 500, `${kind} was among the answers`)
    }
  })
}
