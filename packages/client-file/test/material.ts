import type { FileKey, ReplicaClient } from '@ltx/client-core'
import { createHeader, encodeHeader, toTxid } from '@ltx/format'

/** 2023-11-14T22:13:20.123Z: a millisecond that `ms / 1000` as a double misses. */
export const TIME_MS = 1_700_000_000_123

export function key(level: number, min: bigint, max: bigint = min): FileKey {
  return { level, minTXID: toTxid(min), maxTXID: toTxid(max) }
}

export function fileBytes(file: FileKey, size: number = 500, fill: number = 7): Uint8Array {
  const { minTXID, maxTXID } = file
  const bytes = new Uint8Array(size).fill(fill)
  bytes.set(encodeHeader(createHeader({ pageSize: 512, commit: 1, minTXID, maxTXID, timestampMs: TIME_MS })))
  return bytes
}

export function write(
  client: ReplicaClient,
  file: FileKey,
  bytes: Uint8Array = fileBytes(file),
): Promise<unknown> {
  return client.writeFile(file, async function* () {
    for (let start = 0; start < bytes.length; start += 100_000) yield bytes.subarray(start, start + 100_000)
  })
}

export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return new Uint8Array(Buffer.concat(parts))
}
