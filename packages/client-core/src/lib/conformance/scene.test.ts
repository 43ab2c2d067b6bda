import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memorySubject } from '../../../test/memory-subject.ts'
import { isClientError } from '../errors.ts'
import { failureOf } from './material.ts'
import { runCase, Scene, type ConformanceCase } from './scene.ts'

function caseOf(run: ConformanceCase['run']): ConformanceCase {
  return { name: 'x', run }
}

test('runCase: a case that passes or fails → its clients are closed', async () => {
  for (const error of [null, new Error('x')]) {
    const scenes: Scene[] = []
    const run = runCase(
      caseOf(async (scene) => {
        scenes.push(scene)
        await scene.another()
        await scene.write(0, 1n)
        assert.deepEqual(await scene.names(0), ['1-1'])
        if (error !== null) throw error
      }),
      memorySubject(),
    )
    assert.equal(await run.catch((failure: unknown) => failure), error ?? undefined)
    assert.ok(isClientError(await failureOf(scenes[0]?.list(0) ?? Promise.resolve()), 'CLIENT_CLOSED'))
  }
})

test('scene: something the subject does not provide → TypeError', async () => {
  const subject = memorySubject()
  const scene = new Scene(await subject.create(), { create: () => subject.create() })
  assert.ok((await failureOf(scene.another())) instanceof TypeError)
})
