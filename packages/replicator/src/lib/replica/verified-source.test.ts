import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { ByteSource } from '@ltx/client-core'
import { isFormatError } from '@ltx/format'
import { decodeFileSpec, withBitFlipped } from '@ltx/format/testing'
import { sharedKernels } from '@ltx/kernels'
import { smallFile } from '../../../test/memory-local-files.ts'
import { verifiedSource } from './verified-source.ts'

/** In chunks that are overwritten when the next one is asked for, as a source may. */
function borrowing(bytes: Uint8Array, chunkBytes: number): ByteSource {
  return async function* read() {
    const chunk = new Uint8Array(chunkBytes)
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      const part = bytes.subarray(start, start + chunkBytes)
      chunk.set(part)
      yield chunk.subarray(0, part.length)
    }
  }
}

async function readAll(source: ByteSource): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of source()) parts.push(chunk.slice())
  return Buffer.concat(parts)
}

const FILE = smallFile({ min: 1, max: 3 })

for (const chunkBytes of [1, 7, 333, 100_000]) {
  test(`verifiedSource: a whole file in chunks of ${chunkBytes} → the same bytes, as often as it is read`, async () => {
    const source = verifiedSource(borrowing(FILE, chunkBytes))
    assert.deepEqual(await readAll(source), Buffer.from(FILE))
    assert.deepEqual(await readAll(source), Buffer.from(FILE))
  })
}

test('verifiedSource: one bit is wrong, wherever → no reader comes to an end with other pages', async () => {
  let refused = 0
  for (let at = 0; at < FILE.length; at += 13) {
    const broken = withBitFlipped(FILE, at, at % 8)
    try {
      await readAll(verifiedSource(borrowing(broken, 333)))
    } catch (error) {
      assert.ok(isFormatError(error), `byte ${at}`)
      refused++
      continue
    }
    assert.deepEqual(decodeFileSpec(broken), decodeFileSpec(FILE), `byte ${at}`) // the same pages, compressed in another way
  }
  assert.ok(refused > 40, `${refused}`)
})

test('verifiedSource: cut short, wherever → the reader never comes to the end', async () => {
  for (let length = 0; length < FILE.length; length += 17) {
    await assert.rejects(readAll(verifiedSource(borrowing(FILE.slice(0, length), 333))), (error) =>
      isFormatError(error),
    )
  }
})

test('verifiedSource: what was written is known → the same bytes; one bit, one byte less or more → refused, wherever', async () => {
  const written = sharedKernels().crc64(0n, FILE)
  for (const chunkBytes of [1, 333, 100_000])
    assert.deepEqual(await readAll(verifiedSource(borrowing(FILE, chunkBytes), written)), Buffer.from(FILE))
  const broken = [
    ...Array.from({ length: FILE.length }, (_, at) => withBitFlipped(FILE, at, at % 8)),
    FILE.slice(0, -1),
    Uint8Array.of(...FILE, 0),
    new Uint8Array(0),
  ]
  for (const [index, bytes] of broken.entries())
    await assert.rejects(
      readAll(verifiedSource(borrowing(bytes, 333), written)),
      (error) => isFormatError(error, 'LTX_CHECKSUM_MISMATCH'),
      `${index}`,
    )
})
