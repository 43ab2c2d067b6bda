import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { Channel, type Done } from './channel.ts'
import type { Wire } from './connect.ts'
import { SftpConnectionError, SftpStatusError } from './errors.ts'

/** A channel over nothing, and what it makes of its connection. */
function made(timeoutMs: number = 60): {
  channel: Channel
  client: EventEmitter
  sftp: EventEmitter
  calls: string[]
} {
  const calls: string[] = []
  const client = Object.assign(new EventEmitter(), {
    destroy: () => calls.push('destroy'),
    end: () => calls.push('end'),
  })
  const sftp = new EventEmitter()
  const onEnd = (): void => void calls.push('ended')
  const { clock } = nodeEnv()
  const channel = new Channel({ client, sftp } as unknown as Wire, { clock, timeoutMs, onEnd })
  return { channel, client, sftp, calls }
}

const never = (): void => undefined

test('request: an answer, a status, no answer at all → the value, or the error that it means', async () => {
  const { channel } = made()
  assert.equal(await channel.request(undefined, (_sftp, done: Done<number>) => done(null, 7)), 7)
  const refused = Object.assign(new Error('Failure'), { code: 4 })
  await assert.rejects(
    channel.request(undefined, (_sftp, done) => done(refused)),
    (error) => error instanceof SftpStatusError && error.status === 4,
  )
  await assert.rejects(
    channel.request(undefined, (_sftp, done) => done(new Error('No response from server'))),
    (error) => error instanceof SftpConnectionError && error.trouble === 'unreachable',
  )
  const thrown = new Error('cannot be sent')
  await assert.rejects(
    channel.request(undefined, () => {
      throw thrown
    }),
    thrown,
  )
})

test('request: its signal fires → the reason at once, and a late answer is given back', async () => {
  const { channel } = made()
  const controller = new AbortController()
  const late: number[] = []
  const sent = Promise.withResolvers<Done<number>>()
  const asked = channel.request<number>(controller.signal, (_sftp, done) => sent.resolve(done), {
    late: (value) => late.push(value),
  })
  controller.abort('enough')
  await assert.rejects(asked, (reason) => reason === 'enough')
  const done = await sent.promise
  done(null, 9)
  assert.deepEqual(late, [9])
  await assert.rejects(channel.request(controller.signal, never), (reason) => reason === 'enough')
})

for (const [what, emitter, event, trouble] of [
  ['the connection breaks', 'client', 'error', 'unreachable'],
  ['the connection closes', 'client', 'close', 'unreachable'],
  ['the session ends', 'sftp', 'end', 'unreachable'],
  ['the session is nonsense', 'sftp', 'error', 'unreachable'],
] as const) {
  test(`request: ${what} → all that wait fail, so does what comes later`, async () => {
    const { channel, calls, ...rest } = made()
    const waiting = [channel.request(undefined, never), channel.request(undefined, never)]
    rest[emitter].emit(event, event === 'error' ? new Error('broken') : undefined)
    for (const each of [...waiting, channel.request(undefined, never)]) {
      await assert.rejects(each, (error) => error instanceof SftpConnectionError && error.trouble === trouble)
    }
    assert.deepEqual(calls, ['ended', 'destroy'])
  })
}

test('request: the server has too many connections → busy', async () => {
  const { channel, client } = made()
  const waiting = channel.request(undefined, never)
  client.emit('error', Object.assign(new Error('too many'), { code: 12 }))
  await assert.rejects(waiting, (error) => error instanceof SftpConnectionError && error.trouble === 'busy')
})

test('request: silence for too long → unreachable, and the connection is given up', async () => {
  const { channel, calls } = made(30)
  await assert.rejects(channel.request(undefined, never), /no answer within 30 ms/)
  assert.deepEqual(calls, ['ended', 'destroy'])
})

test('request: others are answered meanwhile → it has longer, and not for ever', async () => {
  const { channel } = made(100)
  const stuck = channel.request(undefined, never)
  let failed = false
  stuck.catch(() => (failed = true))
  let rounds = 0
  while (!failed && rounds < 200) {
    await setTimeout(20)
    await channel.request(undefined, (_sftp, done) => done(null)).catch(() => undefined)
    rounds++
  }
  assert.ok(rounds > 15, `it had ${rounds} rounds`)
  await assert.rejects(stuck, /no answer/)
})

test('request: one that the server may be at for long → it and what is behind it have longer', async () => {
  const { channel, calls } = made(30)
  const sent = Promise.withResolvers<Done<number>>()
  const patient = channel.request<number>(undefined, (_sftp, done) => sent.resolve(done), { patient: true })
  const behind = channel.request(undefined, never)
  await setTimeout(150)
  const done = await sent.promise
  done(null, 1)
  assert.equal(await patient, 1)
  assert.deepEqual(calls, [])
  await assert.rejects(behind, /no answer/)
})

test('close: nothing under way → says goodbye once, and later requests have its reason', async () => {
  const { channel, client, calls } = made()
  channel.close('closed')
  channel.close('again')
  client.emit('close')
  assert.deepEqual(calls, ['ended', 'end'])
  await assert.rejects(channel.request(undefined, never), (reason) => reason === 'closed')
})

test('close: the other side does not close → cut after a while', async () => {
  const { channel, calls } = made()
  channel.close('closed')
  await setTimeout(1200)
  assert.deepEqual(calls, ['ended', 'end', 'destroy'])
})
