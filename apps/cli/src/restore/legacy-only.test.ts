import assert from 'node:assert/strict'
import { join } from 'node:path'
import { memoryClient } from '@ltx/client-core/memory'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { RestoreError } from '@ltx/restore'
import { test } from 'vitest'
import { makeLegacyReplica } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { explainLegacyOnly, holdsLegacy } from './legacy-only.ts'

test('explainLegacyOnly: -txid, -f, neither; nothing of 0.3 → why not; as it was', async () => {
  await using directory = await temporaryDirectory()
  await makeLegacyReplica(join(directory.path, 'old'))
  const env = nodeEnv()
  const client = fileClient({ path: join(directory.path, 'old'), env })
  const { signal } = new AbortController()
  const nothing = new RestoreError('RESTORE_NOTHING', 'the replica holds no files')
  const explained = async (kind: 'latest' | 'txid', isFollowed: boolean, where = client) =>
    await explainLegacyOnly(nothing, { target: { kind }, isFollowed }, { client: where, env }, signal)
  assert.match(
    String(await explained('txid', false)),
    /replica of Litestream 0\.3, which has no transaction ids/,
  )
  assert.match(
    String(await explained('latest', true)),
    /replica of Litestream 0\.3, which cannot be followed/,
  )
  assert.equal(await explained('latest', false), nothing)
  assert.equal(await explained('txid', false, memoryClient()), nothing)
  assert.deepEqual([await holdsLegacy(client, env), await holdsLegacy(memoryClient(), env)], [true, false])
})
