import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv } from '@ltx/env/sim'
import { VisibleLocks, visibleLocksOf } from './visible-locks.ts'

/** Locks that are to be seen or not, and how often somebody looked. */
function table(isShown: boolean): { readonly look: () => boolean; looks: number } {
  const made = {
    looks: 0,
    look: () => {
      made.looks++
      return isShown
    },
  }
  return made
}

test('VisibleLocks: a device has shown one of ours → it is not looked for again, elsewhere it is', () => {
  const locks = new VisibleLocks()
  const [seen, other] = [table(true), table(false)]
  for (let opened = 0; opened < 3; opened++) assert.equal(locks.isShown(1n, seen.look), true)
  for (let opened = 0; opened < 3; opened++) assert.equal(locks.isShown(2n, other.look), false)
  assert.deepEqual([seen.looks, other.looks], [1, 3])
})

test('VisibleLocks: one that should have been there was missed → looked for at each opening from then on', () => {
  const locks = new VisibleLocks()
  locks.isShown(1n, () => true)
  locks.missed(1n)
  const [seen, hidden] = [table(true), table(false)]
  assert.deepEqual([locks.isShown(1n, hidden.look), locks.isShown(1n, seen.look)], [false, true])
  assert.deepEqual([locks.isShown(1n, hidden.look), hidden.looks, seen.looks], [false, 2, 1])
})

test('visibleLocksOf: one for the files of a thread', () => {
  const [a, b] = [simEnv({ seed: 1 }).blockingFiles, simEnv({ seed: 2 }).blockingFiles]
  assert.equal(visibleLocksOf(a), visibleLocksOf(a))
  assert.notEqual(visibleLocksOf(a), visibleLocksOf(b))
})
