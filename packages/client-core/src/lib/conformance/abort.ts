import assert from 'node:assert/strict'
import type { CallOptions } from '../replica-client.ts'
import {
  assertNothingStored,
  assertSameBytes,
  fileBytes,
  key,
  readAll,
  rejectsWithReason,
  sourceOf,
} from './material.ts'
import type { ConformanceCase, Scene } from './scene.ts'

const file = key(0, 1n)

async function beforeTheCall(scene: Scene): Promise<void> {
  await scene.write(0, 1n)
  const calls: readonly [string, (options: CallOptions) => Promise<unknown>][] = [
    ['init', (options) => scene.client.init(options)],
    ['listFiles', (options) => scene.list(0, options)],
    ['readFile', (options) => readAll(scene.client.readFile(file, options))],
    ['writeFile', (options) => scene.write(0, 2n, 2n, options)],
    ['deleteFiles', (options) => scene.client.deleteFiles([file], options)],
    ['deleteAll', (options) => scene.client.deleteAll(options)],
  ]
  for (const [what, call] of calls) {
    for (const reason of [new Error(`no ${what}`), 'a text as a reason']) {
      await rejectsWithReason(call({ signal: AbortSignal.abort(reason) }), reason)
    }
  }
  assert.deepEqual(await scene.names(0), ['1-1'])
}

async function duringAListing(scene: Scene): Promise<void> {
  const count = scene.severalPages
  for (let txid = 1; txid <= count; txid++) await scene.write(0, BigInt(txid))
  for (let stopAfter = 1; stopAfter <= count; stopAfter++) {
    const controller = new AbortController()
    const reason = new Error(`after ${stopAfter}`)
    let seen = 0
    const listing = async (): Promise<void> => {
      for await (const listed of scene.client.listFiles(0, { signal: controller.signal })) {
        assert.equal(listed.minTXID, BigInt(++seen))
        if (seen === stopAfter) controller.abort(reason)
      }
    }
    if (stopAfter < count) await rejectsWithReason(listing(), reason)
    else await listing().catch((error: unknown) => assert.equal(error, reason)) // after the last both are fine
    assert.equal(seen, stopAfter, 'nothing was delivered after the abort')
  }
}

async function duringARead(scene: Scene): Promise<void> {
  const bytes = fileBytes(file, { size: 4 * scene.largeBytes })
  await scene.client.writeFile(file, sourceOf(bytes, 65_537))
  const controller = new AbortController()
  const reason = new Error('in the middle of a body')
  let size = 0
  const read = async (): Promise<void> => {
    for await (const chunk of scene.client.readFile(file, { signal: controller.signal })) {
      assert.ok(!controller.signal.aborted, 'a chunk came after the abort')
      size += chunk.length
      assert.ok(size < bytes.length, 'the whole of a large file came in one chunk')
      controller.abort(reason)
    }
  }
  await rejectsWithReason(read(), reason)
  assertSameBytes(await scene.read(file), bytes, 'read again')
}

async function duringAWrite(scene: Scene): Promise<void> {
  const bytes = fileBytes(file, { size: scene.largeBytes })
  for (const bytesBefore of [0, 50, 100, Math.floor(bytes.length / 2), bytes.length]) {
    const controller = new AbortController()
    const reason = new Error(`after ${bytesBefore} bytes`)
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, bytesBefore)
      controller.abort(reason)
      yield bytes.subarray(bytesBefore)
    }
    await rejectsWithReason(scene.client.writeFile(file, source, { signal: controller.signal }), reason)
    await assertNothingStored(scene.client, file)
  }
  await scene.write(0, 1n)
}

/** A source that never delivers its next chunk must not hold the writer. */
async function whileTheSourceHangs(scene: Scene): Promise<void> {
  for (const bytesBefore of [0, 10, 120]) {
    const controller = new AbortController()
    const reason = new Error('the source hangs')
    const hangs = Promise.withResolvers<void>()
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield fileBytes(file).subarray(0, bytesBefore)
      hangs.resolve()
      await new Promise<never>(() => undefined)
    }
    const write = scene.client.writeFile(file, source, { signal: controller.signal })
    await Promise.race([hangs.promise, write])
    controller.abort(reason)
    await rejectsWithReason(write, reason)
    await assertNothingStored(scene.client, file)
  }
}

export const abortCases: readonly ConformanceCase[] = [
  { name: 'before the call → the reason itself, and nothing happens', run: beforeTheCall },
  { name: 'between two files of a listing → the reason itself, and no more files', run: duringAListing },
  { name: 'in the middle of a body → the reason itself, and no more bytes', run: duringARead },
  { name: 'in the middle of a write → the reason itself, nothing stored', run: duringAWrite },
  { name: 'while the source of a write hangs → the reason itself, nothing stored', run: whileTheSourceHangs },
  {
    name: 'after the call → nothing happens',
    async run(scene) {
      const controller = new AbortController()
      const { signal } = controller
      await scene.write(0, 1n, 1n, { signal })
      await scene.list(0, { signal })
      controller.abort(new Error('too late'))
      assert.deepEqual(await scene.names(0), ['1-1'])
    },
  },
]
