import type { ByteSource, FileKey } from '@ltx/client-core'
import { createHeader, encodeHeader, toTxid } from '@ltx/format'

/** 2023-11-14T22:13:20.123Z */
export const TIME_MS = 1_700_000_000_123

export function key(level: number, min: bigint, max: bigint = min): FileKey {
  return { level, minTXID: toTxid(min), maxTXID: toTxid(max) }
}

/** A header and filling: a client looks no further. */
export function fileBytes(file: FileKey, size: number = 500, fill: number = 7): Uint8Array {
  const { minTXID, maxTXID } = file
  const bytes = new Uint8Array(size)
  for (let at = 100; at < size; at++) bytes[at] = (at * 31 + (at >> 10) + fill) & 0xff
  bytes.set(encodeHeader(createHeader({ pageSize: 512, commit: 1, minTXID, maxTXID, timestampMs: TIME_MS })))
  return bytes
}

/** Out of one buffer that is overwritten for the next chunk. */
export function sourceOf(bytes: Uint8Array, chunkBytes: number = 100_003): ByteSource {
  return async function* () {
    const buffer = new Uint8Array(chunkBytes)
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      const part = bytes.subarray(start, start + chunkBytes)
      buffer.set(part)
      yield buffer.subarray(0, part.length)
      buffer.fill(0xee)
    }
  }
}

export async function readAll(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return new Uint8Array(Buffer.concat(parts))
}
