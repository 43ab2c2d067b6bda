import { Readable } from 'node:stream'
import type { Deadline } from './deadline.ts'
import { AbsTransferError } from './errors.ts'

/** A body is handed over in pieces of this size, so that its progress is seen. */
const PIECE_BYTES: number = 128 * 1024

/** Bytes as the library wants them when their progress is to be seen: a new stream each time it sends them. */
export function bodyOf(bytes: Uint8Array, deadline: Deadline): () => Readable {
  function* pieces(): Generator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      deadline.progress()
      yield bytes.subarray(start, start + PIECE_BYTES)
    }
  }
  return () => Readable.from(pieces(), { objectMode: false })
}

/** The bytes of an answer, owned by the reader. */
export async function* chunksOf(
  body: Readable,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  for (;;) {
    const { value, done } = await deadline.wait(iterator.next()).catch((cause: unknown) => {
      if (deadline.signal.aborted) throw cause
      throw new AbsTransferError('the answer ended early', { cause })
    })
    if (done === true) return
    yield new Uint8Array(value.buffer, value.byteOffset, value.length)
  }
}
