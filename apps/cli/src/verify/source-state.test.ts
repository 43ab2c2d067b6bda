import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { startInProcess } from '../../test/in-process.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { NotChecked } from './finding.ts'
import { sourceState } from './source-state.ts'

const { signal } = new AbortController()
/** Does not wait. */
const env = { ...nodeEnv(), clock: { ...nodeEnv().clock, sleep: () => Promise.resolve() } }

test('sourceState: replicated; another database’s replica; nothing local → its pages; an error; nothing to compare with', async () => {
  await using directory = await temporaryDirectory()
  const within = (name: string): string => join(directory.path, name)
  await makeDatabase(within('app.db'))
  const once = startInProcess(['replicate', '-once', 'app.db', `file://${within('replica')}`], directory.path)
  assert.equal(await once.exitCode, 0)
  const metaPath = within('.app.db-litestream')
  const client = fileClient({ path: within('replica'), env })
  const { checksums, listing } = await sourceState({ client, env, confirmed: null, signal }, metaPath)
  assert.deepEqual([checksums.txid, listing.get(0)?.length], [2n, 1])

  await makeDatabase(within('other.db'))
  const another = startInProcess(
    ['replicate', '-once', 'other.db', `file://${within('other')}`],
    directory.path,
  )
  assert.equal(await another.exitCode, 0)
  const other = fileClient({ path: within('other'), env })
  await assert.rejects(
    sourceState({ client: other, env, confirmed: null, signal }, metaPath),
    /^Error: transaction 0{15}2 of the replica is not the one of this database$/,
  )

  await rm(within('replica/ltx'), { recursive: true })
  for (const path of [metaPath, within('nowhere')]) {
    await assert.rejects(
      sourceState({ client, env, confirmed: null, signal }, path),
      (error) => error instanceof NotChecked,
    )
  }
})
