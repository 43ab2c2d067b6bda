import assert from 'node:assert/strict'
import { test } from 'vitest'
import { changeCounterOf, markPageOne, readFollowedHeader } from './page-one.ts'

function pageOne(counter: number, validFor: number): Uint8Array {
  const page = new Uint8Array(512).fill(7)
  const view = new DataView(page.buffer)
  view.setUint16(16, 512)
  page.set([2, 2], 18)
  view.setUint32(24, counter)
  view.setUint32(92, validFor)
  return page
}

test('mark page one: a page of a database in WAL mode → rollback mode, the counter of the transaction, nothing else', () => {
  const page = pageOne(5, 5)
  const before = page.slice()
  markPageOne(page, 12n)
  const changed = [...page.keys()].filter((at) => page[at] !== before[at])
  assert.ok(changed.every((at) => at === 18 || at === 19 || (at >= 24 && at < 28) || (at >= 92 && at < 96)))
  assert.deepEqual(readFollowedHeader(page), {
    pageSize: 512,
    isRollbackMode: true,
    changeCounter: changeCounterOf(12n),
  })
  assert.deepEqual(page.subarray(24, 28), page.subarray(92, 96))
})

test('mark page one: a size in the header that did not count → still does not', () => {
  const page = pageOne(5, 4)
  for (const txid of [1n, 2n]) {
    markPageOne(page, txid)
    assert.notDeepEqual(page.subarray(24, 28), page.subarray(92, 96))
  }
})

test('change counters: a million transactions in a row → all different', () => {
  const counters = new Uint32Array(1_000_000)
  for (let index = 0; index < counters.length; index++) counters[index] = changeCounterOf(BigInt(index + 1))
  counters.sort()
  assert.ok(counters.every((counter, index) => index === 0 || counter !== counters[index - 1]))
})

test('read followed header: too short, another page size → null; 1 → 65536', () => {
  assert.equal(readFollowedHeader(new Uint8Array(99)), null)
  assert.equal(readFollowedHeader(new Uint8Array(100)), null)
  const largest = pageOne(1, 1)
  largest.set([0, 1], 16)
  assert.equal(readFollowedHeader(largest)?.pageSize, 65_536)
})
