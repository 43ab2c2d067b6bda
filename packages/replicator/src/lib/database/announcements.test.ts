import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Announcements } from './announcements.ts'

test('Announcements: several wait → all are told; who comes later waits for the next', async () => {
  const announcements = new Announcements()
  const told: string[] = []
  const waiting = ['a', 'b'].map((name) => announcements.next().then(() => told.push(name)))
  announcements.announce()
  const later = announcements.next().then(() => told.push('c'))
  await Promise.all(waiting)
  assert.deepEqual(told, ['a', 'b'])
  announcements.announce()
  await later
  assert.deepEqual(told, ['a', 'b', 'c'])
})

test('Announcements, until: holds already, comes to hold, or it is over → resolves', async () => {
  const announcements = new Announcements()
  const never = new Promise<void>(() => {})
  await announcements.until(() => true, never)
  let count = 0
  const third = announcements.until(() => count === 3, never)
  for (; count < 3; count++) {
    announcements.announce()
    await Promise.resolve()
  }
  announcements.announce()
  await third
  assert.equal(count, 3)
  await announcements.until(() => false, Promise.resolve())
})
