import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { simEnv } from '@ltx/env/sim'
import type { RestoreProgress } from '@ltx/restore'
import { test } from 'vitest'
import { openRestoreProgress, payloadOf } from './progress-bar.ts'

const fetching: RestoreProgress = {
  phase: 'fetch',
  bytesDone: 25_000_000,
  bytesTotal: 100_000_000,
  pagesWritten: 10,
}

test('payloadOf: a quarter after two seconds → rate, and six seconds left', () => {
  assert.deepEqual(payloadOf(fetching, 2000), {
    phase: 'restoring',
    done: '25 MB',
    size: '100 MB',
    rate: '12 MB/s',
    left: '6s left',
  })
})

test('payloadOf: nothing done yet, or all → no rate, no rest', () => {
  const start = payloadOf({ ...fetching, bytesDone: 0 }, 0)
  assert.deepEqual([start['rate'], start['left']], ['', ''])
  assert.equal(payloadOf({ ...fetching, bytesDone: 100_000_000 }, 2000)['left'], '')
})

/** What cli-progress draws on: a stream that says it is a terminal. */
function terminal(): { readonly stream: NodeJS.WritableStream; readonly text: () => string } {
  let text = ''
  const stream = new Writable({
    write(chunk: unknown, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  return { stream: Object.assign(stream, { isTTY: true, columns: 100, rows: 20 }), text: () => text }
}

test('openRestoreProgress: on a terminal → a bar with rate, which goes away', async () => {
  const { stream, text } = terminal()
  const env = simEnv({ seed: 1 })
  {
    await using progress = await openRestoreProgress({ isTerminal: true, stream, write() {} }, env.clock)
    await env.clock.advance(2000)
    progress.show(fetching)
    progress.finish()
    progress.show(fetching) // too late: the bar is gone
  }
  assert.match(text(), /restoring \[=+ +\] 25% {2}25 MB of 100 MB {2}12 MB\/s {2}6s left/)
})

test('openRestoreProgress: not on a terminal → writes nothing', async () => {
  const { stream, text } = terminal()
  await using progress = await openRestoreProgress(
    { isTerminal: false, stream, write() {} },
    simEnv({ seed: 1 }).clock,
  )
  progress.show(fetching)
  progress.finish()
  assert.equal(text(), '')
})
