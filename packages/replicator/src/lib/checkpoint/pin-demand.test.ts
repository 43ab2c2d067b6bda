import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PinDemand } from './pin-demand.ts'

const at = (frames: number, backfilled: number) => ({ kind: 'published', frames, backfilled }) as const
const yes = (): boolean => true
const no = (): boolean => false
const never = (): boolean => assert.fail('the locks are looked at for nothing')

test('PinDemand: nothing new since the pin moved → not wanted, however often it is asked', () => {
  const demand = new PinDemand()
  for (let glance = 0; glance < 3; glance++)
    assert.equal(demand.isWanted(at(100, 40), at(100, 40), never), false)
})

test('PinDemand: writers go on → not wanted', () => {
  const demand = new PinDemand()
  for (let frames = 101; frames < 110; frames++)
    assert.equal(demand.isWanted(at(frames, 40), at(100, 40), never), false)
})

test('PinDemand: writers stop with frames that are not read → wanted if a checkpoint holds them up, else not', () => {
  const demand = new PinDemand()
  assert.equal(demand.isWanted(at(150, 40), at(100, 40), never), false)
  assert.equal(demand.isWanted(at(150, 40), at(100, 40), no), false)
  assert.equal(demand.isWanted(at(150, 40), at(100, 40), yes), true)
})

test('PinDemand: moved as far as the pin lets it while writers go on → not wanted', () => {
  const demand = new PinDemand()
  assert.equal(demand.isWanted(at(150, 100), at(100, 40), never), false)
})

test('PinDemand: everything has been moved since the pin began → wanted until it moves', () => {
  const demand = new PinDemand()
  assert.equal(demand.isWanted(at(150, 150), at(150, 40), never), true)
  assert.equal(demand.isWanted(at(150, 150), at(150, 40), never), true)
  assert.equal(demand.isWanted(at(150, 150), at(150, 150), never), false)
})

test('PinDemand: nothing is known of when the pin began → wanted as soon as there may be a reason', () => {
  const demand = new PinDemand()
  assert.equal(demand.isWanted(at(150, 150), null, never), true)
  assert.equal(demand.isWanted(at(150, 40), null, never), false)
  assert.equal(demand.isWanted(at(150, 40), null, yes), true)
})

test('PinDemand: the WAL was emptied, or SQLite gives no answer → not wanted', () => {
  const demand = new PinDemand()
  assert.equal(demand.isWanted(at(0, 0), at(150, 150), never), false)
  assert.equal(demand.isWanted({ kind: 'no-answer' }, at(150, 40), never), false)
})
