import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { LocalFiles } from './local-files.ts'
import { openOutcome } from './open-outcome.ts'

test('openOutcome: nothing local → none; files → their newest run; without the first one and a table → no baseline', async () => {
  using world = new World()
  const follower = await world.follow()
  const local = new LocalFiles(world.files, world.metaPath)
  const outcome = (): unknown => {
    const told = openOutcome(world.env, local, false)
    return told.kind === 'opened' ? [told.local, told.hasBaseline] : told.kind
  }
  assert.deepEqual(outcome(), [null, false])
  for (let i = 0; i < 3; i++) {
    world.insert(1)
    await follower.sync()
  }
  assert.deepEqual(outcome(), [{ min: 1n, max: 3n }, true])
  local.remove(toTxid(1n))
  assert.deepEqual(outcome(), [{ min: 2n, max: 3n }, false])
})
