import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { endProcessGroup, identify, isRunning } from './processes.ts'

/** Runs a script in a process that leads its group; gives it, and the number that it prints first. */
async function start(script: string): Promise<{ readonly child: ChildProcess; readonly printed: number }> {
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: [...stdio] })
  assert.ok(child.stdout !== null && child.pid !== undefined)
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, printed: Number(text.toString()) }
}

async function ends(pid: number, started: string): Promise<void> {
  for (let turn = 0; isRunning({ pid, started }); turn++) {
    assert.ok(turn < 1000, `${pid} still runs`)
    await sleep(10)
  }
}

test('isRunning: another process got the number → no', () => {
  const ours = identify(process.pid)
  assert.equal(isRunning(ours), true)
  assert.equal(isRunning({ ...ours, started: '1' }), false)
})

test('endProcessGroup: a process that ignores SIGTERM → gone', async () => {
  const { child } = await start(
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(1)",
  )
  const id = identify(child.pid ?? 0)
  await endProcessGroup(id)
  assert.equal(isRunning(id), false)
  await endProcessGroup(id) // twice is fine
})

test('endProcessGroup: a child that left the group and does not listen → gone too', async () => {
  const grandchild = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(1)"
  const { child, printed } = await start(
    `const { spawn } = require('node:child_process')
     const child = spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
     child.stdout.once('data', () => console.log(child.pid))
     setInterval(() => {}, 1000)`,
  )
  const left = identify(printed)
  assert.equal(isRunning(left), true)
  await endProcessGroup(identify(child.pid ?? 0))
  await ends(left.pid, left.started)
})
