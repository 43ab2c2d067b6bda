import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ProgressReporter, type RestoreProgress } from './progress.ts'

test('ProgressReporter: a gigabyte in small chunks → at most some hundred events, the last one complete', () => {
  const events: RestoreProgress[] = []
  const reporter = new ProgressReporter((event) => events.push(event))
  const total = 1024 ** 3
  reporter.start('plan')
  reporter.startFetch(total)
  for (let done = 0; done < total; done += 65_536) reporter.advance(65_536, done / 65_536)
  reporter.finishFetch(16_384)
  reporter.start('sync')
  reporter.start('done')
  assert.ok(events.length > 100 && events.length < 510, `${events.length} events`)
  assert.deepEqual(events.at(-1), {
    phase: 'done',
    bytesDone: total,
    bytesTotal: total,
    pagesWritten: 16_384,
  })
  assert.deepEqual([...new Set(events.map((event) => event.phase))], ['plan', 'fetch', 'sync', 'done'])
})

test('ProgressReporter: a second plan → starts again at 0', () => {
  const events: RestoreProgress[] = []
  const reporter = new ProgressReporter((event) => events.push(event))
  reporter.startFetch(1_000_000)
  reporter.advance(600_000, 100)
  reporter.startFetch(2_000_000)
  assert.deepEqual(events.at(-1), { phase: 'fetch', bytesDone: 0, bytesTotal: 2_000_000, pagesWritten: 0 })
  reporter.advance(300_000, 50)
  assert.equal(events.at(-1)?.bytesDone, 300_000)
})

test('ProgressReporter: nobody listens → no harm', () => {
  const reporter = new ProgressReporter(undefined)
  reporter.startFetch(10)
  assert.doesNotThrow(() => reporter.advance(10, 1))
})
