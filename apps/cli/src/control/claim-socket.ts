import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, link, lstat, rename, rm } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { systemErrorCode } from '@ltx/env'
import { CommandError } from '../program/errors.ts'
import { socketAddress } from './socket-address.ts'

/** How often a name is tried again that somebody else made or took away in between. */
const ATTEMPTS_MAX = 5
/** A socket that does not answer in this time belongs to somebody who is busy. */
const PROBE_MS_MAX = 2000

/** The name of a socket that a server listens at. */
export interface SocketClaim {
  /** Gives the name back; what another process has put there meanwhile stays. */
  release(): Promise<void>
}

/**
 * Makes a server listen at a path. It listens at another name first, and gets this one when its permissions are right, so that nobody
 * comes in before; it never takes the name from a process that is alive.
 *
 * @throws {CommandError} somebody listens there, or what is there is no socket
 */
export async function claimSocket(
  server: Server,
  path: string,
  permissions: number,
  platform: NodeJS.Platform,
): Promise<SocketClaim> {
  const address = socketAddress(path, platform)
  if (platform === 'win32') {
    await listening(server, address)
    return { release: () => Promise.resolve() }
  }
  const first = socketAddress(join(dirname(path), `.ltx-${randomBytes(3).toString('hex')}`), platform)
  try {
    await listening(server, first)
    await chmod(first, permissions)
    await takeName(first, path)
  } catch (error) {
    server.close()
    throw error
  } finally {
    await rm(first, { force: true })
  }
  const { ino, dev } = await lstat(path)
  return {
    async release() {
      const now = await lstat(path).catch(() => null)
      if (now?.ino === ino && now.dev === dev) await rm(path, { force: true })
    },
  }
}

async function listening(server: Server, address: string): Promise<void> {
  server.listen(address)
  await once(server, 'listening')
}

async function takeName(first: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await link(first, path)
    } catch (error) {
      const code = systemErrorCode(error)
      if (code === 'EPERM' || code === 'ENOTSUP') return await takeNameWithoutLinks(first, path)
      if (code !== 'EEXIST' || attempt === ATTEMPTS_MAX) throw error
    }
    await removeStale(path)
  }
}

/** For file systems that give a socket only one name. */
async function takeNameWithoutLinks(first: string, path: string): Promise<void> {
  await removeStale(path)
  await rename(first, path)
}

/** @throws {CommandError} it is in use, or is no socket */
async function removeStale(path: string): Promise<void> {
  const before = await lstat(path).catch(() => null)
  if (before === null) return
  if (!before.isSocket()) throw new CommandError(`${path} exists and is no socket; it is left alone`)
  if (await isAnswered(path)) {
    throw new CommandError(
      `another process listens on ${path}; stop it, or give this one another socket.path`,
    )
  }
  const after = await lstat(path).catch(() => null)
  if (after?.ino === before.ino) await rm(path, { force: true })
}

async function isAnswered(path: string): Promise<boolean> {
  const connection = connect(path)
  try {
    await once(connection, 'connect', { signal: AbortSignal.timeout(PROBE_MS_MAX) })
    return true
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'EACCES') throw new CommandError(`${path} belongs to another user`, { cause: error })
    return code !== 'ECONNREFUSED' && code !== 'ENOENT'
  } finally {
    connection.destroy()
  }
}
