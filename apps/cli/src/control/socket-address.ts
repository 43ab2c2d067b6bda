import { CommandError } from '../program/errors.ts'

/** Where the control socket is unless something else is said. */
export const DEFAULT_SOCKET_PATH = '/var/run/litestream.sock'

/** What fits into the system's structure for an address, without the zero byte at its end. Longer paths would be cut off silently. */
const PATH_BYTES_MAX = { linux: 107, other: 103 } as const

const PIPE = /^\\\\[.?]\\pipe\\/

/**
 * What a server binds and a client connects to for a socket path. On Windows, whose sockets have no place in the file system here, that is
 * a named pipe.
 *
 * @throws {CommandError} too long for the system
 */
export function socketAddress(path: string, platform: NodeJS.Platform): string {
  if (path === '') throw new CommandError('the path of the control socket is empty')
  if (platform === 'win32') {
    return PIPE.test(path) ? path : `\\\\.\\pipe\\${path.replaceAll(/[\\/:]+/g, '-').replace(/^-/, '')}`
  }
  const bytes = Buffer.byteLength(path)
  const bytesMax = platform === 'linux' ? PATH_BYTES_MAX.linux : PATH_BYTES_MAX.other
  if (bytes > bytesMax) {
    const limit = `${bytes} bytes, and the system takes ${bytesMax}`
    throw new CommandError(`the path of the control socket is too long (${limit}): ${path}`)
  }
  return path
}
