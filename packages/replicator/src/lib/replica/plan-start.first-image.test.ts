import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import { levelList } from '../../../test/file-list.ts'
import type { Identity } from './identity.ts'
import { planStart } from './plan-start.ts'

// A first replication stores the file beside the first image, the image as a snapshot, and then the rest (INTEROP-1).

const GOES_UP = 'continue, upload after nothing'

const rows: readonly [
  when: string,
  local: readonly [number, number] | null,
  stored: string,
  identity: Identity,
  plan: string,
][] = [
  ['stopped before the image', [1, 2], '0:2', 'same', GOES_UP],
  ['stopped before the image, and there are commits since', [1, 5], '0:2', 'same', GOES_UP],
  ['stopped before the image, and local state is gone', null, '0:2', 'unknown', 'rebase on 2, snapshot'],
  ['another writer came first', [1, 2], '0:2', 'different', 'rebase on 2, snapshot'],
  ['stopped after the image', [1, 2], '9:1 0:2', 'same', 'continue, upload after 2'],
  ['stopped after the image, local state is gone', null, '9:1 0:2', 'unknown', 'rebase on 2'],
  ['the local image is trimmed', [2, 5], '9:1 0:2..4', 'same', 'continue, upload after 4'],
  ['the stored image was deleted, ours is here', [1, 5], '0:2..5 1:2-4', 'same', GOES_UP],
  ['the stored image was deleted, ours is not here', [2, 5], '0:2..5 1:2-4', 'same', 'republish from 5'],
]

for (const [when, local, stored, identity, expected] of rows) {
  test(`planStart, first image: ${when} → ${expected}`, () => {
    const range = local === null ? null : { min: toTxid(BigInt(local[0])), max: toTxid(BigInt(local[1])) }
    const plan = planStart({ local: range, levels: levelList(stored), identity })
    const words = {
      first: () => '',
      continue: () => `, upload after ${'uploadAfter' in plan ? (plan.uploadAfter ?? 'nothing') : ''}`,
      rebase: () => ('base' in plan ? ` on ${plan.base}${plan.needsSnapshot ? ', snapshot' : ''}` : ''),
      republish: () => ('snapshotFrom' in plan ? ` from ${plan.snapshotFrom}` : ''),
    }
    assert.equal(plan.kind + words[plan.kind](), expected)
  })
}
