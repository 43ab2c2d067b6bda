import type { Env } from '@ltx/env'
import { systemErrorCode, temporaryName } from '@ltx/env'
import { sharedKernels } from '@ltx/kernels'
import { giveTo, ownerInside, type FileOwner } from './file-owner.ts'

const RECORD_BYTES_MAX = 4096
/** Records fill whole blocks: nearly always the new one is as long as the one before. */
const BLOCK_BYTES = 512
const SPACE = 0x20
const NEWLINE = 0x0a

/**
 * Writes a small JSON value with its own checksum, over the one before if that is as long, else under a temporary name that is then
 * renamed: a new file for each capture makes file systems look for a place for it, and ext4 looks past all that were freed lately. Not
 * synced, and a process may end in the middle: a lost or torn record is as good as none, and readers treat it so (architecture, rule 7).
 */
export function writeRecord(env: Env, directory: string, name: string, value: object): void {
  const bytes = recordBytes(value)
  const path = `${directory}/${name}`
  if (env.blockingFiles.stat(path)?.size === bytes.length) return overwrite(env, path, bytes)
  const temporary = `${directory}/${temporaryName(env, name)}`
  try {
    const owner = ownerInside(env.blockingFiles, directory)
    writeWhole(env, temporary, bytes, owner)
    env.blockingFiles.rename(temporary, path)
  } catch (error) {
    removeIfThere(env, temporary)
    throw error
  }
}

/** One line; spaces between the value and its end fill the last block. */
function recordBytes(value: object): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(value))
  const prefixBytes = 17
  const length = Math.ceil((prefixBytes + json.length + 1) / BLOCK_BYTES) * BLOCK_BYTES
  const bytes = new Uint8Array(length).fill(SPACE)
  bytes.set(json, prefixBytes)
  bytes[length - 1] = NEWLINE
  bytes.set(new TextEncoder().encode(checksumOf(bytes.subarray(prefixBytes, length - 1))))
  return bytes
}

function overwrite(env: Env, path: string, bytes: Uint8Array): void {
  using handle = env.blockingFiles.open(path, 'read-write')
  handle.write(bytes, 0)
}

function writeWhole(env: Env, path: string, bytes: Uint8Array, owner: FileOwner | null): void {
  using handle = env.blockingFiles.open(path, 'create-new', { mode: owner?.mode })
  giveTo(env.blockingFiles, path, owner)
  handle.write(bytes, 0)
}

/** A full disk is written to again and again: nothing may be left behind each time. What cannot be removed is swept at the next start. */
function removeIfThere(env: Env, path: string): void {
  try {
    env.blockingFiles.remove(path)
  } catch (error) {
    if (systemErrorCode(error) === null) throw error
  }
}

/** `null`: none, or damaged. */
export function readRecord(env: Env, directory: string, name: string): unknown {
  const path = `${directory}/${name}`
  if (env.blockingFiles.stat(path) === null) return null
  using handle = env.blockingFiles.open(path, 'read')
  const buffer = new Uint8Array(RECORD_BYTES_MAX)
  const bytes = buffer.subarray(0, handle.read(buffer, 0))
  const text = bytes.subarray(17, -1)
  const checksum = new TextDecoder().decode(bytes.subarray(0, 16))
  if (bytes.at(-1) !== NEWLINE || checksumOf(text) !== checksum) return null
  return JSON.parse(new TextDecoder().decode(text)) as unknown
}

function checksumOf(text: Uint8Array): string {
  return sharedKernels().crc64(0n, text).toString(16).padStart(16, '0')
}
