import type { Env } from '@ltx/env'
import { temporaryName } from '@ltx/env'
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
  const handle = env.blockingFiles.open(temporary, 'create-new', { mode: 0o600 })
  try {
    handle.write(bytes, 0)
  } finally {
    handle.close()
  }
  env.blockingFiles.rename(temporary, `${directory}/${name}`)
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
