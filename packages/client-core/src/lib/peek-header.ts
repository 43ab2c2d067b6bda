import { decodeHeader, HEADER_BYTES, type Header } from '@ltx/format'
import { abortable } from './abortable.ts'
import { ClientError } from './errors.ts'
import type { ByteSource, FileKey } from './replica-client.ts'
import { describeFile } from './replica-paths.ts'
import { isTimestamp } from './timestamp-text.ts'

export interface PeekedFile extends AsyncDisposable {
  readonly header: Header
  /** The whole file from its first byte. To be read once; ends the source when its reader stops early. */
  readonly body: AsyncIterable<Uint8Array>
  /**
   * What the source threw, once it has. An SDK that pulls `body` wraps that in an error of its own: the client throws this `error`
   * instead, so that the caller sees what it threw.
   */
  readonly failure: { readonly error: unknown } | null
}

/**
 * Opens a source, reads as far as the header, and hands out the stream as if nothing had been read. When it throws, the source has
 * been ended; otherwise disposing of the result ends it, also when `body` was never read.
 *
 * @throws {ClientError} `CLIENT_BAD_FILE`: fewer than 100 bytes, another magic, TXIDs that are not those of `file`, or a timestamp
 * outside the years 0 to 9999
 * @throws what the source throws, as it is; `signal.reason` as it is
 */
export async function peekHeader(
  file: FileKey,
  source: ByteSource,
  signal?: AbortSignal,
): Promise<PeekedFile> {
  signal?.throwIfAborted()
  const iterator = abortable(source(), signal)
  try {
    const first = await firstBytes(iterator)
    const header = checkedHeader(file, first)
    return peekedFile(header, first, iterator)
  } catch (error) {
    await iterator.return()
    throw error
  }
}

/** Owned: the source may reuse its chunks. At least a header, or all there is. */
async function firstBytes(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first = new Uint8Array(0)
  while (first.length < HEADER_BYTES) {
    const step = await iterator.next()
    if (step.done === true) break
    const joined = new Uint8Array(first.length + step.value.length)
    joined.set(first)
    joined.set(step.value, first.length)
    first = joined
  }
  return first
}

function checkedHeader(file: FileKey, first: Uint8Array): Header {
  if (first.length < HEADER_BYTES) {
    throw new ClientError(
      'CLIENT_BAD_FILE',
      `${describeFile(file)}: the source has ${first.length} bytes, a header alone has ${HEADER_BYTES}`,
    )
  }
  let header: Header
  try {
    header = decodeHeader(first.subarray(0, HEADER_BYTES))
  } catch (cause) {
    throw new ClientError('CLIENT_BAD_FILE', `${describeFile(file)}: the source is not an LTX file`, {
      cause,
    })
  }
  if (header.minTXID !== file.minTXID || header.maxTXID !== file.maxTXID) {
    throw new ClientError(
      'CLIENT_BAD_FILE',
      `${describeFile(file)}: the header in the source says TXIDs ${header.minTXID} to ${header.maxTXID}`,
    )
  }
  if (!isTimestamp(header.timestampMs)) {
    throw new ClientError('CLIENT_BAD_FILE', `${describeFile(file)}: timestamp ${header.timestampMs} ms`)
  }
  return header
}

function peekedFile(
  header: Header,
  first: Uint8Array,
  iterator: AsyncGenerator<Uint8Array, void, undefined>,
): PeekedFile {
  let failure: { readonly error: unknown } | null = null
  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield first
      for (;;) {
        const step = await iterator.next()
        if (step.done === true) return
        yield step.value
      }
    } catch (error) {
      failure = { error }
      throw error
    } finally {
      await iterator.return()
    }
  }
  return {
    header,
    body: body(),
    get failure() {
      return failure
    },
    async [Symbol.asyncDispose]() {
      await iterator.return()
    },
  }
}
