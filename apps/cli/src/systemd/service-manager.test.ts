import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { consoleLogger } from '../log/console-logger.ts'
import { ServiceManager } from './service-manager.ts'

interface Scene {
  readonly service: ServiceManager
  readonly messages: string[][]
  readonly output: { readonly stdout: string }
}

function sceneOf(
  environment: Readonly<Record<string, string>>,
  run: () => Promise<number | null> = async () => 0,
): Scene {
  const { io, output } = testIo({ environment, processId: 77 })
  const messages: string[][] = []
  const logger = consoleLogger(io, { level: 'info', type: 'text', toStderr: false })
  const service = new ServiceManager(io, logger, async (program, words) => {
    assert.equal(program, 'systemd-notify')
    messages.push([...words])
    return await run()
  })
  return { service, messages, output }
}

test('ServiceManager: a service of systemd → ready, then stopping, one line each', async () => {
  const { service, messages } = sceneOf({ NOTIFY_SOCKET: '/run/notify' })
  await service.ready(() => '2 databases;\nREADY=0')
  await service.stopping()
  await service.close()
  assert.deepEqual(messages, [
    ['READY=1', 'STATUS=2 databases; READY=0'],
    ['STOPPING=1', 'STATUS=last sync'],
  ])
})

test('ServiceManager: no NOTIFY_SOCKET → nothing is started', async () => {
  const { service, messages } = sceneOf({ WATCHDOG_USEC: '1000' })
  await service.ready(() => '')
  await service.stopping()
  await service.close()
  assert.deepEqual([messages, service.watchdogMs], [[], null])
})

for (const [variables, watchdogMs] of [
  [{ WATCHDOG_USEC: '30000000' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '77' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '78' }, null],
  [{ WATCHDOG_USEC: '0' }, null],
  [{ WATCHDOG_USEC: 'soon' }, null],
  [{}, null],
] as const) {
  test(`ServiceManager: ${JSON.stringify(variables)} for process 77 → a watchdog of ${watchdogMs} ms`, () => {
    const { service } = sceneOf({ NOTIFY_SOCKET: '/run/notify', ...variables })
    assert.equal(service.watchdogMs, watchdogMs)
  })
}

test('ServiceManager: a watchdog → it hears of us, with the status, until we are closed', async () => {
  const { service, messages } = sceneOf({ NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '20000' })
  let count = 0
  await service.ready(() => `${count++}`)
  while (messages.length < 4) await new Promise((resolve) => setTimeout(resolve, 2))
  await service.close()
  const heard = messages.length
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(messages.length, heard)
  assert.deepEqual(messages.slice(0, 3), [
    ['READY=1', 'STATUS=0'],
    ['WATCHDOG=1', 'STATUS=1'],
    ['WATCHDOG=1', 'STATUS=2'],
  ])
})

test('ServiceManager: the helper is not installed → one warning with what to do, then silence', async () => {
  const missing = Object.assign(new Error('spawn systemd-notify ENOENT'), { code: 'ENOENT' })
  const { service, messages, output } = sceneOf({ NOTIFY_SOCKET: '/run/notify' }, () =>
    Promise.reject(missing),
  )
  await service.ready(() => '')
  await service.stopping()
  assert.equal(messages.length, 1)
  assert.match(output.stdout, /level=WARN .*ENOENT.*install systemd-notify/)
})

test('ServiceManager: the helper fails → tried again, warned once', async () => {
  const { service, messages, output } = sceneOf({ NOTIFY_SOCKET: '/run/notify' }, async () => 1)
  await service.ready(() => '')
  await service.stopping()
  assert.equal(messages.length, 2)
  assert.equal(output.stdout.match(/level=WARN/g)?.length, 1)
})
