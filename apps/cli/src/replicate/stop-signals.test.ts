import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { StopSignals } from './stop-signals.ts'

test('StopSignals: one, two, three signals → stop, cut short, end at once', async () => {
  const { io, signal, ended } = testIo()
  using stop = new StopSignals(io)
  const heard: string[] = []
  stop.onEach((each) => heard.push(each))
  signal('SIGTERM')
  assert.equal(await stop.first, 'SIGTERM')
  assert.equal(stop.begun.aborted, true)
  assert.deepEqual([stop.count, stop.cutShort.aborted, ended], [1, false, []])
  signal('SIGINT')
  assert.deepEqual([stop.count, stop.cutShort.aborted, ended], [2, true, []])
  signal('SIGINT')
  assert.deepEqual(ended, [130])
  assert.deepEqual(heard, ['SIGTERM', 'SIGINT', 'SIGINT'])
})

test('StopSignals: disposed → signals are the system’s again', () => {
  const { io, signal } = testIo()
  new StopSignals(io)[Symbol.dispose]()
  assert.equal(signal('SIGINT'), false)
})
