import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { CaptureRecord } from './capture-record.ts'
import type { SyncReport } from './follower-port.ts'
import { SerialQueue } from './serial-queue.ts'

const REPORT = { kind: 'synced', walBytes: 4152 } as SyncReport

test('CaptureRecord: before the first → null; under way, with others waiting → who waits and for how long', async () => {
  const { clock } = simEnv({ seed: 1, startMs: 1000 })
  const [record, queue] = [new CaptureRecord(clock), new SerialQueue()]
  assert.equal(record.now(), null)
  const gate = Promise.withResolvers<SyncReport>()
  const first = record.through(queue, () => gate.promise)
  await clock.advance(5)
  const second = record.through(queue, () => Promise.resolve(null))
  await clock.advance(20)
  const during = record.now()
  assert.deepEqual(
    [during?.isActive, during?.startedAtMs, during?.updatedAtMs, during?.elapsedMs],
    [true, 1000, 1000, 25],
  )
  assert.deepEqual([during?.waiting, during?.waitingSinceMs, during?.report], [1, 1005, null])
  gate.resolve(REPORT)
  assert.equal(await first, REPORT)
  assert.equal(await second, null)
  assert.equal(record.now()?.waiting, 0)
})

test('CaptureRecord: ended → how long it took and what it found; failed → the error', async () => {
  const { clock } = simEnv({ seed: 1, startMs: 1000 })
  const [record, queue] = [new CaptureRecord(clock), new SerialQueue()]
  const gate = Promise.withResolvers<SyncReport>()
  const captured = record.through(queue, () => gate.promise)
  await clock.advance(7)
  gate.resolve(REPORT)
  await captured
  await clock.advance(100)
  const after = record.now()
  assert.deepEqual([after?.isActive, after?.elapsedMs, after?.updatedAtMs], [false, 7, 1007])
  assert.equal(after?.report, REPORT)
  const failing = record.through(queue, () => Promise.reject(new Error('disk full')))
  await assert.rejects(failing, /disk full/)
  assert.match(String(record.now()?.error), /disk full/)
  assert.equal(record.now()?.report, null)
})
