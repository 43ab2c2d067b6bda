import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import { listReplica } from '@ltx/restore'
import { test } from 'vitest'
import { lackingIn } from './lacking-in.ts'

const PAGES = [{ pageNumber: 1, data: new Uint8Array(512) }]
const noWait = { ...nodeEnv().clock, sleep: async () => {} }

/** Whether a replica of these files lacks anything that it held up to `confirmed`; `later` are stored when it is listed again. */
async function lacking(confirmed: bigint | null, txids: readonly bigint[], later: readonly bigint[] = []) {
  const client = memoryClient()
  const store = async (stored: readonly bigint[]): Promise<void> => {
    for (const txid of stored) {
      const span = { minTXID: toTxid(txid), maxTXID: toTxid(txid) }
      const bytes = encodeFileSpec({ pageSize: 512, commit: 1, ...span, timestampMs: 1, pages: PAGES })
      await client.writeFile({ level: 0, ...span }, async function* () {
        yield bytes
      })
    }
  }
  await store(txids)
  const listing = await listReplica(client)
  await store(later)
  const seen = { client, listing, confirmed: confirmed === null ? null : toTxid(confirmed) }
  return await lackingIn(seen, noWait, new AbortController().signal)
}

const situations: readonly [string, bigint | null, readonly bigint[], readonly bigint[], RegExp | null][] = [
  ['all is there', 3n, [1n, 2n, 3n], [], null],
  ['more is there than was known', 2n, [1n, 2n, 3n], [], null],
  [
    'the newest is gone',
    3n,
    [1n, 2n],
    [],
    /^the replica held 0000000000000003 and now ends at 0000000000000002$/,
  ],
  ['one in the middle is gone', 3n, [1n, 3n], [], /RESTORE_GAP/],
  ['all are gone', 3n, [], [], /RESTORE_NOTHING/],
  ['listed while it was written', 3n, [1n, 3n], [2n], null],
  ['nothing was stored yet', null, [], [], null],
]

for (const [what, confirmed, txids, later, expected] of situations) {
  test(`lackingIn: ${what} → ${expected === null ? 'nothing' : 'told'}`, async () => {
    const found = await lacking(confirmed, txids, later)
    if (expected === null) assert.equal(found, null)
    else assert.match(found ?? 'nothing', expected)
  })
}
