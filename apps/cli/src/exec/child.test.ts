import assert from 'node:assert/strict'
import { test } from 'vitest'
import { describeEnd, endedWell, startChild, type ChildEnd } from './child.ts'

const options = { environment: process.env, directory: '/' }
const node = (script: string): string[] => [process.execPath, '-e', script]

test('startChild: a program that ends → its exit code', async () => {
  const child = await startChild(node('process.exit(3)'), options)
  assert.deepEqual(await child.ended, { exitCode: 3, signal: null })
  child.signal('SIGTERM') // too late: nothing happens
})

test('startChild: a program that is sent a signal → that signal', async () => {
  const child = await startChild(node('setInterval(() => {}, 1000)'), options)
  child.signal('SIGTERM')
  assert.deepEqual(await child.ended, { exitCode: null, signal: 'SIGTERM' })
})

test('startChild: environment and directory → the child has them', async () => {
  const environment = { ...process.env, MARK: 'here' }
  const script = 'process.exit(process.env.MARK === "here" && process.cwd() === "/" ? 0 : 1)'
  assert.equal((await (await startChild(node(script), { environment, directory: '/' })).ended).exitCode, 0)
})

test('startChild: no such program → an error', async () => {
  await assert.rejects(
    startChild(['/no/such/program'], options),
    /cannot start exec command: .*executable not found/,
  )
})

const ends: readonly [end: ChildEnd, wasStopped: boolean, isWell: boolean, words: string][] = [
  [{ exitCode: 0, signal: null }, false, true, 'exit status 0'],
  [{ exitCode: 3, signal: null }, false, false, 'exit status 3'],
  [{ exitCode: 143, signal: null }, true, false, 'exit status 143'],
  [{ exitCode: null, signal: 'SIGTERM' }, true, true, 'signal: terminated'],
  [{ exitCode: null, signal: 'SIGKILL' }, false, false, 'signal: killed'],
  [{ exitCode: null, signal: 'SIGUSR1' }, false, false, 'signal: signal 10'],
]
for (const [end, wasStopped, isWell, words] of ends) {
  test(`endedWell: ${words}${wasStopped ? ' after our signal' : ''} → ${isWell}`, () => {
    assert.equal(endedWell(end, wasStopped), isWell)
    assert.equal(describeEnd(end), words)
  })
}
