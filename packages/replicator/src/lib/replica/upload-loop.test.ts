import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError } from '@ltx/client-core'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { UploadLoop, type UploadFailure } from './upload-loop.ts'
import type { UploadOutcome } from './upload-files.ts'

type Script = UploadOutcome | Error

const confirmed = toTxid(5n)
const nothing: UploadOutcome = { kind: 'nothing', files: [], confirmed }
const uploaded: UploadOutcome = { kind: 'uploaded', files: [], confirmed, more: false }
const batch: UploadOutcome = { ...uploaded, more: true }
const unreachable = new ClientError('CLIENT_UNREACHABLE', 'the line is cut')

interface Scene {
  readonly env: SimEnv
  readonly loop: UploadLoop
  /** Elapsed time of each attempt. */
  readonly attempts: number[]
  readonly log: string[]
  readonly failures: UploadFailure[]
  readonly stop: AbortController
  readonly end: Promise<unknown>
}

/** Each attempt answers with the next line of the script; after its end there is nothing to upload. */
function scene(script: Script[]): Scene {
  const env = simEnv({ seed: 7 })
  const attempts: number[] = []
  const log: string[] = []
  const failures: UploadFailure[] = []
  const upload = async (): Promise<UploadOutcome> => {
    attempts.push(env.clock.elapsedMs())
    const answer = script.shift() ?? nothing
    if (answer instanceof Error) throw answer
    return answer
  }
  const events = {
    onUploaded: () => void log.push('uploaded'),
    onFailure: (failure: UploadFailure) => {
      failures.push(failure)
      log.push('failure')
    },
    onRecovered: (count: number) => void log.push(`recovered after ${count}`),
  }
  const loop = new UploadLoop({ env, upload }, events)
  const stop = new AbortController()
  const end = loop.run(stop.signal).catch((error: unknown) => error)
  return { env, loop, attempts, log, failures, stop, end }
}

test('UploadLoop: nothing to do → one look, then no timer and no attempt, for hours', async () => {
  const { env, loop, attempts } = scene([])
  await env.clock.advance(10 * 3_600_000)
  assert.deepEqual(attempts, [0])
  assert.equal(env.clock.sleeping, 0)
  assert.equal(loop.state, 'idle')
})

test('UploadLoop: woken → uploads at once, batch after batch, then rests', async () => {
  const { env, loop, attempts, log } = scene([nothing, batch, batch, uploaded])
  await env.clock.advance(1000)
  loop.wake()
  await env.clock.advance(1000)
  assert.deepEqual(attempts, [0, 1000, 1000, 1000])
  assert.deepEqual(log, ['uploaded', 'uploaded', 'uploaded'])
})

test('UploadLoop: woken during an attempt → looks once more', async () => {
  const env = simEnv({ seed: 1 })
  let attempts = 0
  const upload = async (): Promise<UploadOutcome> => {
    if (attempts++ === 0) loop.wake()
    return nothing
  }
  const ignored = { onUploaded: () => {}, onFailure: () => {}, onRecovered: () => {} }
  const loop = new UploadLoop({ env, upload }, ignored)
  void loop.run(new AbortController().signal)
  await env.clock.advance(1)
  assert.equal(attempts, 2)
})

test('UploadLoop: storage that fails → growing pauses, a log line now and then, and word of the recovery', async () => {
  const { env, loop, attempts, log, failures } = scene([
    ...Array.from({ length: 12 }, () => unreachable),
    uploaded,
  ])
  await env.clock.runUntilIdle()
  assert.equal(attempts.length, 13)
  assert.deepEqual(log.slice(-2), ['recovered after 12', 'uploaded'])
  assert.equal(failures[0]?.log, true)
  for (const [index, { delayMs }] of failures.entries())
    assert.ok(delayMs <= Math.min(300_000, 1000 * 2 ** index))
  const logged = failures.flatMap((failure, index) => (failure.log ? [attempts[index] ?? 0] : []))
  for (const [index, atMs] of logged.entries())
    assert.ok(index === 0 || atMs - (logged[index - 1] ?? 0) >= 30_000)
  assert.equal(loop.state, 'idle')
})

test('UploadLoop: woken during a pause → the pause goes on; asked to retry → it ends', async () => {
  const { env, loop, attempts } = scene([unreachable, unreachable, unreachable, unreachable, uploaded])
  await env.clock.advance(0)
  while (loop.state === 'waiting' && attempts.length < 4) await env.clock.settle()
  const before = attempts.length
  assert.equal(loop.state, 'waiting')
  loop.wake()
  await env.clock.advance(0)
  assert.equal(attempts.length, before)
  loop.retryNow()
  await env.clock.advance(0)
  assert.equal(attempts.length, before + 1)
})

for (const kind of ['conflict', 'missing'] as const) {
  test(`UploadLoop: ${kind} → the loop is over and says so`, async () => {
    const outcome: UploadOutcome = { kind, txid: confirmed, error: unreachable, files: [], confirmed }
    const { end, attempts } = scene([outcome])
    assert.equal(await end, outcome)
    assert.equal(attempts.length, 1)
  })
}

test('UploadLoop: the client was closed → rejects', async () => {
  const closed = new ClientError('CLIENT_CLOSED', 'closed')
  assert.equal(await scene([closed]).end, closed)
})

for (const [when, script] of [
  ['while idle', []],
  ['during a pause', [unreachable]],
] as const) {
  test(`UploadLoop: aborted ${when} → rejects with the reason itself`, async () => {
    const { env, stop, end } = scene([...script])
    await env.clock.advance(0)
    const reason = new Error('stop')
    stop.abort(reason)
    assert.equal(await end, reason)
    assert.equal(env.clock.sleeping, 0)
  })
}
