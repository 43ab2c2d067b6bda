import assert from 'node:assert/strict'
import { HEADER_BYTES } from '@ltx/format'
import type { ByteSource, FileKey } from '../replica-client.ts'
import {
  assertNothingStored,
  assertSameBytes,
  failingSource,
  fileBytes,
  inParallel,
  key,
  rejectsWithCode,
  rejectsWithReason,
  sourceOf,
  TIME_MS,
} from './material.ts'
import type { ConformanceCase, Scene } from './scene.ts'

const file = key(0, 1n)

async function roundTrip(
  scene: Scene,
  target: FileKey,
  bytes: Uint8Array,
  source: ByteSource,
): Promise<void> {
  const written = await scene.client.writeFile(target, source)
  assert.equal(written.size, bytes.length, 'size')
  assertSameBytes(await scene.read(target), bytes, 'what was stored')
}

async function badFiles(scene: Scene): Promise<void> {
  const good = fileBytes(file)
  const withoutMagic = good.slice()
  withoutMagic[3] = 0x32
  const rows: readonly [string, Uint8Array][] = [
    ['no bytes', good.subarray(0, 0)],
    ['99 bytes', good.subarray(0, HEADER_BYTES - 1)],
    ['another magic', withoutMagic],
    ['the TXIDs of another file', fileBytes(key(0, 2n))],
  ]
  for (const [what, bytes] of rows) {
    const ended: string[] = []
    const source: ByteSource = async function* () {
      try {
        yield* sourceOf(bytes)()
      } finally {
        ended.push(what)
      }
    }
    await rejectsWithCode(scene.client.writeFile(file, source), 'CLIENT_BAD_FILE')
    assert.deepEqual(ended, [what], 'the source was ended')
    await assertNothingStored(scene.client, file)
  }
}

async function failingSources(scene: Scene): Promise<void> {
  const bytes = fileBytes(file, { size: scene.largeBytes })
  const half = Math.floor(bytes.length / 2)
  for (const bytesBefore of [0, 50, HEADER_BYTES, HEADER_BYTES + 1, half, bytes.length - 1, bytes.length]) {
    const reason = Object.assign(new Error(`failed at ${bytesBefore}: unexpected EOF`), { code: 'EPIPE' })
    await rejectsWithReason(scene.client.writeFile(file, failingSource(bytes, bytesBefore, reason)), reason)
    await assertNothingStored(scene.client, file)
  }
  await roundTrip(scene, file, bytes, sourceOf(bytes))
}

/** The source waits in the middle until the suite has looked. */
async function neverHalfAFile(scene: Scene): Promise<void> {
  const bytes = fileBytes(file, { size: scene.largeBytes })
  const reached = Promise.withResolvers<void>()
  const mayGoOn = Promise.withResolvers<void>()
  const half = Math.floor(bytes.length / 2)
  const write = scene.client.writeFile(file, async function* () {
    yield bytes.subarray(0, half)
    reached.resolve()
    await mayGoOn.promise
    yield bytes.subarray(half)
  })
  try {
    await Promise.race([reached.promise, write])
    await assertNothingStored(scene.client, file)
  } finally {
    mayGoOn.resolve()
    await write
  }
  assertSameBytes(await scene.read(file), bytes, 'when it was whole')
}

async function aHundredAtOnce(scene: Scene): Promise<void> {
  const txids = Array.from({ length: 100 }, (_, index) => BigInt(index + 1))
  await inParallel(txids, 100, async (txid) => {
    await scene.write(0, txid)
  })
  assert.deepEqual(
    await scene.names(0),
    txids.map((txid) => `${txid}-${txid}`),
  )
  for (const txid of txids) {
    assertSameBytes(await scene.read(key(0, txid)), fileBytes(key(0, txid)), `file ${txid}`)
  }
}

export const writeCases: readonly ConformanceCase[] = [
  {
    name: 'a file → its name, size and header time come back',
    async run(scene) {
      const bytes = fileBytes(key(3, 7n, 9n), { size: 321 })
      const written = await scene.client.writeFile(key(3, 7n, 9n), sourceOf(bytes))
      const { level, minTXID, maxTXID, size, createdAtMs } = written
      assert.deepEqual(
        { level, minTXID, maxTXID, size, createdAtMs },
        { ...key(3, 7n, 9n), size: 321, createdAtMs: TIME_MS },
      )
    },
  },
  {
    name: 'a header and nothing else → stored',
    run: (scene) =>
      roundTrip(
        scene,
        file,
        fileBytes(file, { size: HEADER_BYTES }),
        sourceOf(fileBytes(file, { size: HEADER_BYTES })),
      ),
  },
  {
    name: 'chunks of one byte, out of one buffer → stored as they were',
    run: (scene) => roundTrip(scene, file, fileBytes(file), sourceOf(fileBytes(file), 1)),
  },
  {
    name: 'empty chunks in between → stored as if they were not there',
    async run(scene) {
      const bytes = fileBytes(file)
      const none = new Uint8Array(0)
      await roundTrip(scene, file, bytes, async function* () {
        yield none
        yield bytes.subarray(0, 60)
        yield none
        yield bytes.subarray(60)
        yield none
      })
    },
  },
  {
    name: 'larger than one part → stored as it was',
    async run(scene) {
      const bytes = fileBytes(file, { size: scene.largeBytes })
      await roundTrip(scene, file, bytes, sourceOf(bytes, 65_537))
    },
  },
  { name: 'short, without magic or with other TXIDs → CLIENT_BAD_FILE, nothing stored', run: badFiles },
  { name: 'a source that fails → its own error, nothing stored, the name stays free', run: failingSources },
  { name: 'read while it is being written → there is nothing yet', run: neverHalfAFile },
  { name: 'a hundred at once → all stored', run: aHundredAtOnce },
]
