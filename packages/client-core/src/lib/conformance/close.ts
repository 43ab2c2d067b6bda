import assert from 'node:assert/strict'
import { isClientError } from '../errors.ts'
import { assertSameBytes, failureOf, fileBytes, key, readAll, rejectsWithCode, sourceOf } from './material.ts'
import type { ConformanceCase, Scene } from './scene.ts'

const file = key(0, 1n)

async function everyCallAfterwards(scene: Scene): Promise<void> {
  const { client } = scene
  await scene.write(0, 1n)
  await client.close()
  await rejectsWithCode(client.init(), 'CLIENT_CLOSED')
  await rejectsWithCode(scene.list(0), 'CLIENT_CLOSED')
  await rejectsWithCode(readAll(client.readFile(file)), 'CLIENT_CLOSED')
  await rejectsWithCode(scene.write(0, 2n), 'CLIENT_CLOSED')
  await rejectsWithCode(client.deleteFiles([file]), 'CLIENT_CLOSED')
  await rejectsWithCode(client.deleteFiles([]), 'CLIENT_CLOSED')
  await rejectsWithCode(client.deleteAll(), 'CLIENT_CLOSED')
}

async function whileReading(scene: Scene): Promise<void> {
  const bytes = fileBytes(file, { size: 4 * scene.largeBytes })
  await scene.client.writeFile(file, sourceOf(bytes, 65_537))
  const parts: Uint8Array[] = []
  const read = async (): Promise<void> => {
    for await (const chunk of scene.client.readFile(file)) {
      parts.push(chunk)
      if (parts.length === 1) await scene.client.close()
    }
  }
  const error = await read().catch((reason: unknown) => reason)
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const ended = error !== undefined && isClientError(error, 'CLIENT_CLOSED')
  assert.ok(ended || (error === undefined && size === bytes.length), `${size} bytes, then ${String(error)}`)
  let at = 0
  for (const part of parts) {
    assertSameBytes(part, bytes.subarray(at, at + part.length), `from byte ${at}`)
    at += part.length
  }
}

export const closeCases: readonly ConformanceCase[] = [
  {
    name: 'twice, and disposed of after that → no error',
    async run({ client }) {
      await client.close()
      await client.close()
      await client[Symbol.asyncDispose]()
    },
  },
  {
    name: 'without a call before → no error',
    run: ({ client }) => client.close(),
  },
  { name: 'every call afterwards → CLIENT_CLOSED', run: everyCallAfterwards },
  {
    name: 'left by `await using` → closed',
    async run(scene) {
      await scene.client[Symbol.asyncDispose]()
      await rejectsWithCode(scene.list(0), 'CLIENT_CLOSED')
    },
  },
  { name: 'in the middle of a body → CLIENT_CLOSED or the whole body, never part of it', run: whileReading },
  {
    name: 'in the middle of a write → stored whole, or not at all',
    async run(scene) {
      const bytes = fileBytes(file)
      const write = scene.client.writeFile(file, async function* () {
        yield bytes.subarray(0, 120)
        await scene.client.close()
        yield bytes.subarray(120)
      })
      const outcome = await write.then(
        () => null,
        (error: unknown) => error,
      )
      assert.ok(outcome === null || isClientError(outcome, 'CLIENT_CLOSED'), String(outcome))
    },
  },
  {
    name: 'opened again by another client → everything is there',
    needs: ['second-client'],
    async run(scene) {
      const bytes = fileBytes(file)
      await scene.write(0, 1n)
      const other = await scene.another()
      await scene.client.close()
      assertSameBytes(await readAll(other.readFile(file)), bytes, 'the file')
      assert.equal(isClientError(await failureOf(scene.list(0)), 'CLIENT_CLOSED'), true)
    },
  },
  {
    name: 'init twice, and at once → no error',
    async run({ client }) {
      await Promise.all([client.init(), client.init()])
      await client.init()
    },
  },
]
