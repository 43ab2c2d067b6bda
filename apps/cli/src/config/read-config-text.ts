import { open, type FileHandle } from 'node:fs/promises'
import { systemErrorCode } from '@ltx/env'
import { CommandError } from '../program/errors.ts'
import { ConfigError } from './errors.ts'

/** Enough for tens of thousands of databases; what is larger is some other file. */
const CONFIG_BYTES_MAX: number = 16 * 1024 * 1024

/**
 * The text of a configuration file, which may as well be a pipe. UTF-8, or UTF-16 with its mark in front, as YAML allows.
 *
 * @throws {CommandError} no such file, or it cannot be read
 * @throws {ConfigError} it is too large, or no text
 */
export async function readConfigText(file: string, bytesMax: number = CONFIG_BYTES_MAX): Promise<string> {
  let bytes: Uint8Array
  try {
    await using handle = await open(file)
    bytes = await readUpTo(handle, bytesMax + 1)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') throw new CommandError(`config file not found: ${file}`)
    const reason = REASONS[systemErrorCode(error) ?? '']
    const text = `cannot read the config file ${file}`
    throw reason === undefined
      ? new CommandError(text, { cause: error })
      : new CommandError(`${text}: ${reason}`)
  }
  if (bytes.length > bytesMax)
    throw new ConfigError(`${file}: is no configuration file: it has more than ${bytesMax} bytes`)
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes)
    if (text.includes('\0')) throw new TypeError('a zero byte')
    return text
  } catch {
    throw new ConfigError(`${file}: is no text file in UTF-8`)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links go round',
  ENOTDIR: 'a part of its path is no directory',
}

async function readUpTo(handle: FileHandle, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  while (length < bytesMax) {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(Math.min(64 * 1024, bytesMax - length)))
    if (bytesRead === 0) break
    chunks.push(buffer.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(chunks)
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
