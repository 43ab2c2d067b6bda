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
