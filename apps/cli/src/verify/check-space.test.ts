import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { memoryClient } from '@ltx/client-core/memory'
import { createHeader, encodeHeader, toTxid } from '@ltx/format'
import { test } from 'vitest'
import { checkSpace } from './check-space.ts'

const { signal } = new AbortController()
const one = toTxid(1n)

/** Only the header is looked at. */
async function planOf(commit: number) {
  const client = memoryClient()
  const header = encodeHeader(
    createHeader({ pageSize: 65536, commit, minTXID: one, maxTXID: one, timestampMs: 1 }),
  )
  const file = await client.writeFile({ level: 9, minTXID: one, maxTXID: one }, async function* () {
    yield header
  })
  return { client, plan: { files: [file], minTXID: one, maxTXID: one } }
}

test('checkSpace: a database that fits, one that no disk holds → what is there; an error that says what to do', async () => {
  const small = await planOf(2)
  assert.match(await checkSpace(small.client, small.plan, tmpdir(), signal), /^131 kB needed in .*, .* free$/)
  const huge = await planOf(2 ** 32 - 1)
  await assert.rejects(checkSpace(huge.client, huge.plan, tmpdir(), signal), /282 TB needed in .*with -dir$/)
})
