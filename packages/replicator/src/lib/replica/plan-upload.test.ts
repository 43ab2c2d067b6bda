import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import { planUpload, type UploadPlan } from './plan-upload.ts'

function inWords(plan: UploadPlan): string {
  if (plan.kind === 'nothing') return 'nothing'
  if (plan.kind === 'missing') return `missing ${plan.txid}`
  const steps = plan.steps.map(({ key, copy, confirms }) => {
    assert.deepEqual([key.minTXID, key.maxTXID], [copy.txid, copy.txid])
    const told = confirms === copy.txid ? '' : `→${confirms ?? 'nothing'}`
    return `${key.level === 0 ? '' : `${key.level}:`}${copy.txid}${told}`
  })
  return `upload ${steps.join(' ')}${plan.more ? ' more' : ''}`
}

const rows: readonly [
  situation: string,
  local: number[],
  confirmed: number,
  filesMax: number,
  plan: string,
][] = [
  ['no local files', [], 0, 0, 'nothing'],
  ['everything confirmed', [1, 2], 2, 0, 'nothing'],
  ['the replica is ahead (litestream §9.1-4: counted as healthy there)', [1, 2], 5, 0, 'nothing'],
  ['the first image and the file beside it (INTEROP-1)', [1, 2], 0, 0, 'upload 2→nothing 9:1→2'],
  ['both, and others', [1, 2, 3, 4], 0, 0, 'upload 2→nothing 9:1→2 more'],
  ['both, whatever a batch is', [1, 2, 3], 0, 1, 'upload 2→nothing 9:1→2 more'],
  ['a first image that was stored at level 0', [1, 2, 3], 1, 0, 'upload 2 3'],
  ['the first image, the file after it is gone', [1, 3], 0, 0, 'upload 1 more'],
  ['files after the confirmed ones', [1, 2, 3, 4], 2, 0, 'upload 3 4'],
  ['exactly a batch', [4, 5, 6], 3, 3, 'upload 4 5 6'],
  ['one more than a batch', [4, 5, 6, 7], 3, 3, 'upload 4 5 6 more'],
  ['the next file is gone', [1, 2, 4, 5], 2, 0, 'missing 3'],
  ['nothing confirmed and no first file', [5, 6], 0, 0, 'missing 1'],
  ['a hole after the next file', [1, 2, 4], 1, 0, 'upload 2 more'],
]

const newestGone: readonly [
  situation: string,
  local: number[],
  confirmed: number,
  newest: number,
  plan: string,
][] = [
  ['all local files are gone, and all had gone up', [], 2, 2, 'nothing'],
  ['all local files are gone, and one had not gone up', [], 2, 3, 'missing 3'],
  ['all local files are gone, and nothing had gone up', [], 0, 1, 'missing 1'],
  ['the newest is gone, the one before it is next', [1, 2, 3], 2, 4, 'upload 3'],
  ['the newest is gone, and it is next', [1, 2, 3], 3, 4, 'missing 4'],
]

function planned(local: readonly number[], confirmed: number, newest: number, filesMax: number): string {
  const plan = planUpload({
    local: local.map((txid) => ({ txid: toTxid(BigInt(txid)), bytes: 100 })),
    confirmed: confirmed === 0 ? null : toTxid(BigInt(confirmed)),
    newest: newest === 0 ? null : toTxid(BigInt(newest)),
    filesMax,
  })
  return inWords(plan)
}

for (const [situation, local, confirmed, filesMax, plan] of rows) {
  test(`planUpload: ${situation} → ${plan}`, () => {
    assert.equal(planned(local, confirmed, 0, filesMax), plan)
    assert.equal(planned(local, confirmed, local.at(-1) ?? 0, filesMax), plan)
  })
}

for (const [situation, local, confirmed, newest, plan] of newestGone) {
  test(`planUpload: ${situation} → ${plan}`, () => assert.equal(planned(local, confirmed, newest, 0), plan))
}

test('planUpload: the first image alone, and it is not known whether that is all → nothing yet; it is all → it goes up as any other file', () => {
  assert.equal(planned([1], 0, 0, 0), 'nothing')
  assert.equal(planned([1], 0, 1, 0), 'upload 1')
})
