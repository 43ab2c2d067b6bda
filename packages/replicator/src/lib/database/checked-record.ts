import type { Env } from '@ltx/env'
import { systemErrorCode, temporaryName } from '@ltx/env'
import { sharedKernels } from '@ltx/kernels'

const RECORD_BYTES_MAX = 4096

/**
 * Writes a small JSON value with its own checksum under a temporary name and renames it. Not synced: a lost or torn record is as good as
 * none, and readers treat it so (architecture, rule 7).
 */
export function writeRecord(env: Env, directory: string, name: string, value: object): void {
  const text = JSON.stringify(value)
  const bytes = new TextEncoder().encode(`${checksumOf(text)} ${text}\n`)
  const temporary = `${directory}/${temporaryName(env, name)}`
  try {
    writeWhole(env, temporary, bytes)
    env.blockingFiles.rename(temporary, `${directory}/${name}`)
  } catch (error) {
    removeIfThere(env, temporary)
    throw error
  }
}

function writeWhole(env: Env, path: string, bytes: Uint8Array): void {
  using handle = env.blockingFiles.open(path, 'create-new', { mode: 0o600 })
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
  const bytes = new Uint8Array(RECORD_BYTES_MAX)
  const line = new TextDecoder().decode(bytes.subarray(0, handle.read(bytes, 0)))
  const [checksum, text] = [line.slice(0, 16), line.slice(17, -1)]
  if (!line.endsWith('\n') || checksumOf(text) !== checksum) return null
  return JSON.parse(text) as unknown
}

function checksumOf(text: string): string {
  return sharedKernels().crc64(0n, new TextEncoder().encode(text)).toString(16).padStart(16, '0')
}
