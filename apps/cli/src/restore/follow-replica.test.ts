import assert from 'node:assert/strict'
import { MemoryLogger } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import type { FollowEvent } from '@ltx/restore/follow'
import { test } from 'vitest'
import { logFollowEvent } from './follow-replica.ts'

const applied = { fromTXID: toTxid(1n), txid: toTxid(2n), pages: 3, lagMs: 1234.5, durationMs: 7 }

const rows: readonly [FollowEvent, level: string, words: RegExp][] = [
  [{ kind: 'applied', files: 1, ...applied }, 'debug', /applied/],
  [{ kind: 'rebased', reason: 'pruned', ...applied }, 'warn', /as a whole/],
  [{ kind: 'resumed', txid: toTxid(2n), isAhead: false }, 'info', /again/],
  [{ kind: 'waiting', waitedMs: 5000 }, 'warn', /readers/],
  [
    { kind: 'failed', error: 'no error object', consecutiveErrors: 2, retryMs: 2000 },
    'error',
    /trying again/,
  ],
]

for (const [event, level, words] of rows) {
  test(`logFollowEvent: ${event.kind} → a line of level ${level}`, () => {
    const logger = new MemoryLogger()
    logFollowEvent(logger, 'copy.db', event)
    const [line] = logger.lines
    assert.equal(line?.level, level)
    assert.match(line?.message ?? '', words)
    assert.equal(line?.fields?.['path'], 'copy.db')
    if (event.kind === 'applied') assert.equal(line?.fields?.['lag'], '1.235s')
  })
}
