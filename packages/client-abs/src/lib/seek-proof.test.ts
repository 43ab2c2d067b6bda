import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SeekProof } from './seek-proof.ts'

test('SeekProof: before any try → unknown; nothing to see, or a failure → still unknown', async () => {
  const proof = new SeekProof()
  await proof.try(async () => null)
  await proof.try(async () => {
    throw new Error('the network')
  })
  assert.equal(proof.outcome, 'unknown')
})

for (const [seen, outcome] of [
  [true, 'right'],
  [false, 'wrong'],
] as const) {
  test(`SeekProof: the check says ${seen} → ${outcome}, and nobody checks again`, async () => {
    const proof = new SeekProof()
    await proof.try(async () => seen)
    await proof.try(async () => !seen)
    assert.equal(proof.outcome, outcome)
  })
}

test('SeekProof: two tries at once → one check', async () => {
  const proof = new SeekProof()
  let checks = 0
  const check = async (): Promise<boolean> => ++checks > 0
  await Promise.all([proof.try(check), proof.try(check)])
  assert.equal(checks, 1)
})
