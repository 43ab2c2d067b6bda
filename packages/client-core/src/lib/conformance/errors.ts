import assert from 'node:assert/strict'
import { isClientError, type ClientErrorCode } from '../errors.ts'
import { failureOf, key, readAll } from './material.ts'
import type { ConformanceCase, Scene } from './scene.ts'
import type { ProvokedFailure } from './subject.ts'

const file = key(0, 1n)

/** Every call that reaches the storage, on a replica that has `file`. */
const CALLS: readonly [name: string, call: (scene: Scene) => Promise<unknown>][] = [
  ['listFiles', (scene) => scene.list(0)],
  ['readFile', (scene) => readAll(scene.client.readFile(file))],
  ['readFile of a range', (scene) => readAll(scene.client.readFile(file, { start: 3, end: 5 }))],
  ['writeFile', (scene) => scene.write(0, 2n)],
  ['deleteFiles', (scene) => scene.client.deleteFiles([file])],
]

async function checkFailures(
  scene: Scene,
  failure: ProvokedFailure,
  codes: readonly ClientErrorCode[],
  advice: 'retry' | 'give-up',
): Promise<void> {
  await scene.write(0, 1n)
  for (const [name, call] of CALLS) {
    await scene.failNext(failure)
    const error = await failureOf(call(scene))
    assert.ok(isClientError(error), `${name}: ${String(error)}`)
    assert.ok(codes.includes(error.code), `${name}: ${error.message}`)
    assert.equal(error.advice, advice, name)
    assert.ok(error.cause !== undefined && error.cause !== null, `${name}: the native error is the cause`)
    for (const secret of scene.secrets) {
      assert.ok(!error.message.includes(secret), `${name}: there is a secret in the message`)
    }
  }
  assert.deepEqual(await scene.names(0), ['1-1'], 'after the failures all is as before')
}

export const errorCases: readonly ConformanceCase[] = [
  {
    name: 'no permission → CLIENT_DENIED, never a missing file; give up',
    needs: ['provoked-failures'],
    run: (scene) => checkFailures(scene, 'denied', ['CLIENT_DENIED'], 'give-up'),
  },
  {
    name: 'throttled → CLIENT_BUSY, try again',
    needs: ['provoked-failures'],
    run: (scene) => checkFailures(scene, 'busy', ['CLIENT_BUSY'], 'retry'),
  },
  {
    name: 'unreachable → CLIENT_UNREACHABLE or CLIENT_BUSY, try again',
    needs: ['provoked-failures'],
    run: (scene) => checkFailures(scene, 'unreachable', ['CLIENT_UNREACHABLE', 'CLIENT_BUSY'], 'retry'),
  },
  {
    name: 'deletes that fail → the error names the files that remain',
    needs: ['provoked-failures'],
    async run(scene) {
      const files = [key(0, 1n), key(0, 2n), key(1, 1n)]
      for (const each of files) await scene.write(each.level, each.minTXID)
      await scene.failNext('denied')
      const error = await failureOf(scene.client.deleteFiles(files))
      assert.ok(isClientError(error, 'CLIENT_DENIED'), String(error))
      const named = error.files.map((each) => `${each.level}/${each.minTXID}`).toSorted()
      const remaining = [...(await scene.list(0)), ...(await scene.list(1))]
      assert.ok(named.length > 0, 'no file is named')
      assert.deepEqual(named, remaining.map((each) => `${each.level}/${each.minTXID}`).toSorted())
    },
  },
  {
    name: 'the url → has no secret in it',
    async run(scene) {
      assert.ok(scene.client.url.length > 0)
      for (const secret of scene.secrets) assert.ok(!scene.client.url.includes(secret))
    },
  },
]
