import assert from 'node:assert/strict'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { lookAt } from './list-entries.ts'
import { TrackedFiles } from './tracked-files.ts'

test('TrackedFiles: a database that was renamed → its file is still its own, until it is forgotten', async () => {
  await using temporary = await temporaryDirectory()
  const [before, after] = [join(temporary.path, 'a.db'), join(temporary.path, 'b.db')]
  const tracked = new TrackedFiles()
  await writeFile(before, '')
  await tracked.learn([before, join(temporary.path, 'missing.db')])
  await rename(before, after)
  await tracked.learn([before])
  const identity = (await lookAt(after))?.identity ?? ''
  assert.equal(tracked.holderOf(identity), before)
  tracked.forget(before)
  assert.equal(tracked.holderOf(identity), null)
})

test('TrackedFiles: two databases that had the same file one after the other → forgetting the first keeps the second', () => {
  const tracked = new TrackedFiles()
  tracked.set('/a', '1:2')
  tracked.set('/b', '1:2')
  tracked.forget('/a')
  assert.equal(tracked.holderOf('1:2'), '/b')
  tracked.set('/b', '1:3')
  assert.equal(tracked.holderOf('1:2'), null)
})

test('TrackedFiles: a file is free again → whoever waits is told, until they do not listen any more', () => {
  const tracked = new TrackedFiles()
  let told = 0
  const stop = tracked.onFree(() => void told++)
  tracked.set('/a', '1:2')
  tracked.set('/a', '1:3')
  tracked.forget('/b')
  assert.equal(told, 0)
  tracked.forget('/a')
  assert.equal(told, 1)
  stop()
  tracked.set('/a', '1:2')
  tracked.forget('/a')
  assert.equal(told, 1)
})
