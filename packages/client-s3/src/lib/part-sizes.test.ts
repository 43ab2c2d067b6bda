import assert from 'node:assert/strict'
import { test } from 'vitest'
import {
  largerPlan,
  PART_BYTES_MAX,
  PART_BYTES_MIN,
  partBytes,
  PARTS_MAX,
  type PartPlan,
} from './part-sizes.ts'

const MIB = 1024 * 1024
const TIB = 1024 * 1024 * MIB
const plain: PartPlan = { firstBytes: PART_BYTES_MIN, partsMax: PARTS_MAX, equal: false }

function total(plan: PartPlan, parts: number = plan.partsMax): number {
  let bytes = 0
  for (let partNumber = 1; partNumber <= parts; partNumber++) bytes += partBytes(plan, partNumber)
  return bytes
}

test('partBytes: 10,000 parts → 5 TiB at least, none above 1.3 GiB', () => {
  assert.ok(total(plain) >= 5 * TIB)
  assert.ok(partBytes(plain, PARTS_MAX) < 1300 * MIB)
})

test('partBytes: a file below 4.8 GiB → all parts as small as they may be', () => {
  assert.equal(partBytes(plain, 1), PART_BYTES_MIN)
  assert.equal(partBytes(plain, 1000), PART_BYTES_MIN)
  assert.ok(partBytes(plain, 1001) > PART_BYTES_MIN)
})

test('partBytes: from part to part → never smaller, never more than S3 takes', () => {
  for (const firstBytes of [PART_BYTES_MIN, 64 * MIB, 525 * MIB, PART_BYTES_MAX]) {
    const plan = { ...plain, firstBytes }
    for (let partNumber = 2; partNumber <= PARTS_MAX; partNumber++) {
      assert.ok(partBytes(plan, partNumber) >= partBytes(plan, partNumber - 1))
      assert.ok(partBytes(plan, partNumber) <= PART_BYTES_MAX)
    }
    assert.ok(total(plan) >= 5 * TIB)
  }
})

test('partBytes: a provider with 1000 parts → 500 GiB at least', () => {
  assert.ok(total({ ...plain, partsMax: 1000 }) >= 500 * 1024 * MIB)
})

test('partBytes: parts that must be equal → they are', () => {
  const plan = { ...plain, equal: true }
  assert.equal(partBytes(plan, PARTS_MAX), PART_BYTES_MIN)
})

test('largerPlan: equal parts → larger ones until 5 TiB fit, then no more', () => {
  let plan: PartPlan | null = { ...plain, equal: true }
  const sizes: number[] = []
  for (; plan !== null; plan = largerPlan(plan)) sizes.push(plan.firstBytes)
  assert.ok(sizes.length <= 4)
  assert.ok((sizes.at(-1) ?? 0) * PARTS_MAX >= 5 * TIB)
  assert.equal(largerPlan(plain), null)
})
