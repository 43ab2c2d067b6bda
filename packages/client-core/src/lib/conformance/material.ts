import assert from 'node:assert/strict'
import { createHeader, encodeHeader, HEADER_BYTES, toTxid } from '@ltx/format'
import { isClientError, type ClientErrorCode } from '../errors.ts'
import type { ByteSource, FileKey, ReplicaClient } from '../replica-client.ts'

/** 2023-11-14T22:13:20.123Z */
export const TIME_MS = 1_700_000_000_123

export function key(level: number, min: bigint, max: bigint = min): FileKey {
  return { level, minTXID: toTxid(min), maxTXID: toTxid(max) }
}

export interface BytesOptions {
  /** Of the whole file. */
  readonly size?: number
  readonly timestampMs?: number
  /** Other bytes for another fill. */
  readonly fill?: number
}

/** A right header and whatever after it: a client must not look further. */
export function fileBytes(file: FileKey, options: BytesOptions = {}): Uint8Array {
  const { size = HEADER_BYTES + 57, timestampMs = TIME_MS, fill = 0 } = options
  const bytes = new Uint8Array(size)
  for (let index = HEADER_BYTES; index < size; index++)
    bytes[index] = (index * 31 + (index >> 8) * 7 + fill) & 0xff
  const { minTXID, maxTXID } = file
  bytes.set(encodeHeader(createHeader({ pageSize: 512, commit: 1, minTXID, maxTXID, timestampMs })))
  return bytes
}

/**
 * Delivers `bytes` in chunks of odd sizes, out of one buffer that is overwritten for the next: a client that keeps a chunk longer
 * than it may stores garbage.
 */
export function sourceOf(bytes: Uint8Array, chunkBytes: number = 4099): ByteSource {
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

/** The first `bytesBefore` bytes, then an error. */
export function failingSource(bytes: Uint8Array, bytesBefore: number, error: unknown): ByteSource {
  return async function* () {
    yield* sourceOf(bytes.subarray(0, bytesBefore))()
    throw error
  }
}

/** Joins only at the end: chunks are the reader's, they must not change after the next one came. */
export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return joined(parts)
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Compares without printing megabytes. */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert.equal(actual.length, expected.length, `${what}: length`)
  const differs = actual.findIndex((byte, index) => byte !== expected[index])
  assert.equal(differs, -1, `${what}: first differing byte`)
}

export async function rejectsWithCode(promise: Promise<unknown>, code: ClientErrorCode): Promise<Error> {
  const error = await failureOf(promise)
  assert.ok(isClientError(error, code), `expected ${code}, got ${String(error)}`)
  return error
}

/** The very same value, not an error that wraps it. */
export async function rejectsWithReason(promise: Promise<unknown>, reason: unknown): Promise<void> {
  const error = await failureOf(promise)
  assert.ok(error === reason, `expected the reason itself, got ${String(error)}`)
}

export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  assert.fail('it should have been rejected')
}

/** Neither listed nor readable, and its name is free. */
export async function assertNothingStored(client: ReplicaClient, file: FileKey): Promise<void> {
  for await (const found of client.listFiles(file.level)) {
    assert.notDeepEqual([found.minTXID, found.maxTXID], [file.minTXID, file.maxTXID], 'it is listed')
  }
  await rejectsWithCode(readAll(client.readFile(file)), 'CLIENT_NOT_FOUND')
}

/** Runs `act` for every item, so many at once. */
export async function inParallel<Item>(
  items: readonly Item[],
  count: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item)
  }
  await Promise.all(Array.from({ length: count }, worker))
}
