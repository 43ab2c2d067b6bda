import assert from 'node:assert/strict'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import type { ManagedDatabases } from '../control/managed-databases.ts'
import { sweepLeftovers } from './sweep-leftovers.ts'

test('sweepLeftovers: of a restore, of a verification, of another database; stopped at once → the first two go; nothing', async () => {
  await using directory = await temporaryDirectory()
  const within = (name: string): string => join(directory.path, name)
  await mkdir(within('.app.db-litestream/verify.7.0000000000000000'), { recursive: true })
  const temporary = '.7.0000000000000000.tmp'
  for (const name of ['app.db', `app.db${temporary}`, `other.db${temporary}`])
    await writeFile(within(name), 'x')
  const then = new Date(Date.now() - 600_000)
  for (const name of await readdir(directory.path)) await utimes(within(name), then, then)
  await utimes(within('.app.db-litestream/verify.7.0000000000000000'), then, then)
  const before = await readdir(directory.path)
  const { clock } = nodeEnv()
  const env = { ...nodeEnv(), clock: { ...clock, sleep: async () => {} } }
  const databases = { all: [{ path: within('app.db'), settings: {} }] } as unknown as ManagedDatabases

  await sweepLeftovers(databases, nodeEnv()).close()
  assert.deepEqual(await readdir(directory.path), before)

  await sweepLeftovers(databases, env).done
  assert.deepEqual((await readdir(directory.path)).toSorted(), [
    '.app.db-litestream',
    'app.db',
    `other.db${temporary}`,
  ])
  assert.deepEqual(await readdir(within('.app.db-litestream')), [])
})
