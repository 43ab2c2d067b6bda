import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { ClientError } from './errors.ts'
import { observed, observedEach, type RequestReport } from './observe-requests.ts'

const { clock } = simEnv({ seed: 1 })

test('observed: a request that succeeds → its result, and one report with bytes', async () => {
  const reports: RequestReport[] = []
  const result = await observed(
    (report) => reports.push(report),
    clock,
    'PUT',
    async (bytes) => {
      bytes.up += 7
      return 'done'
    },
  )
  assert.equal(result, 'done')
  assert.deepEqual(reports, [{ kind: 'PUT', bytesUp: 7, bytesDown: 0, durationMs: 0, failure: null }])
})

test('observed: a client error → its code; anything else → ABORTED', async () => {
  const failures: RequestReport['failure'][] = []
  const fail = (error: Error): Promise<void> =>
    observed(
      (report) => failures.push(report.failure),
      clock,
      'GET',
      async () => {
        throw error
      },
    )
  await assert.rejects(fail(new ClientError('CLIENT_BUSY', 'later')), /later/)
  await assert.rejects(fail(new Error('stop')), /stop/)
  assert.deepEqual(failures, ['CLIENT_BUSY', 'ABORTED'])
})

test('observedEach: a stream read to its end, left early, failing → one report each', async () => {
  const reports: RequestReport[] = []
  const stream = (failAfter: number): AsyncGenerator<number, void, undefined> =>
    observedEach(
      (report) => reports.push(report),
      clock,
      'GET',
      async function* (bytes) {
        for (let item = 0; item < 3; item++) {
          if (item === failAfter) throw new ClientError('CLIENT_UNREACHABLE', 'cut')
          bytes.down += 10
          yield item
        }
      },
    )
  const read = async (failAfter: number, itemsMax: number): Promise<number> => {
    let items = 0
    for await (const item of stream(failAfter)) {
      items = item + 1
      if (items === itemsMax) break
    }
    return items
  }
  assert.equal(await read(9, 9), 3)
  assert.equal(await read(9, 1), 1)
  await assert.rejects(read(1, 9), /cut/)
  assert.deepEqual(
    reports.map((report) => [report.bytesDown, report.failure]),
    [
      [30, null],
      [10, null],
      [10, 'CLIENT_UNREACHABLE'],
    ],
  )
})

test('observed: nobody observes → the work runs all the same', async () => {
  assert.equal(await observed(undefined, clock, 'LIST', async () => 5), 5)
})
