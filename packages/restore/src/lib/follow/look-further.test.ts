import assert from 'node:assert/strict'
import { memoryClient, MemoryStorage } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { fileInfo } from '../../../test/file-infos.ts'
import { lookFurther, type Outlook } from './look-further.ts'

/** A replica of files without content. */
function replica(...files: readonly (readonly [level: number, min: number, max: number])[]): MemoryStorage {
  const storage = new MemoryStorage()
  for (const [level, min, max] of files) storage.put(fileInfo(level, min, max), new Uint8Array(0))
  return storage
}

const rows: readonly [situation: string, MemoryStorage, Outlook['kind']][] = [
  ['the next one at level 2', replica([2, 8, 9]), 'plan'],
  ['in the middle of a compaction', replica([3, 1, 20]), 'plan'],
  ['the copy’s own at level 0 only', replica([0, 7, 7], [1, 1, 5]), 'up-to-date'],
  ['a snapshot beyond, nothing between', replica([9, 1, 12], [0, 12, 12]), 'pruned'],
  ['everything before', replica([9, 1, 4], [0, 5, 5]), 'behind'],
  ['nothing', replica(), 'empty'],
]

for (const [situation, storage, kind] of rows) {
  test(`look further: at 7, ${situation} → ${kind}`, async () => {
    const outlook = await lookFurther(memoryClient({ storage }), 7n, [], undefined)
    assert.equal(outlook.kind, kind)
  })
}
