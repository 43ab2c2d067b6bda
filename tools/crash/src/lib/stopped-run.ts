import assert from 'node:assert/strict'
import { Scene, type Outcome } from './scene.ts'
import type { StoppedCase } from './stopped-cases.ts'

/** Follows, stops (by `kill -9`, or properly), lets the case happen, starts again and compares. */
export async function runStoppedCase(stopped: StoppedCase, how: 'kill' | 'close'): Promise<Outcome> {
  await using scene = await Scene.make()
  const first = await scene.syncAndCompare({}, true)
  await scene.insert(20)
  await scene.compare(first.child)
  await scene.insert(1)
  await scene.compare(first.child)
  if (how === 'close') await first.child.call('close')
  await first.child.kill()
  await stopped.act(scene)
  const again = await scene.syncAndCompare({}, true)
  const told = `${again.start}; ${again.resyncs.join('; ')}; ${again.bytes} bytes`
  if (stopped.upload === 'none') assert.deepEqual(again.resyncs, [], told)
  if (stopped.upload !== 'whole') assert.ok(again.bytes < 400_000, told)
  await scene.insert(2) // and it goes on as ever
  const after = await scene.compare(again.child)
  assert.deepEqual(after.resyncs, again.resyncs)
  await again.child.call('close')
  return again
}
