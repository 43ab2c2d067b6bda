import { temporaryName, type BlockingFileHandle, type Env } from '@ltx/env'
import type { OpenDatabase } from './open-database.ts'

const COPY_BYTES = 1024 * 1024

/**
 * Closes connections and descriptors, in the order that keeps SQLite's locks.
 *
 * SQLite's last close deletes the `-wal` by its name, also when that leads to a newer file than the one it has open: after our locks
 * were lost, an application may have deleted the old one, begun another, and died. Its commits are in there alone, so it is put back.
 */
export function closeDatabase(env: Env, { pin, files }: OpenDatabase): void {
  const wal = files.openNewerWal()
  try {
    pin.close()
    if (wal !== null && env.blockingFiles.stat(`${files.path}-wal`) === null) putBack(env, files.path, wal)
  } finally {
    wal?.close()
    files.close()
  }
}

function putBack(env: Env, path: string, wal: BlockingFileHandle): void {
  const { blockingFiles } = env
  const { mode, uid, gid, size } = wal.stat()
  const temporary = temporaryName(env, `${path}-wal`)
  const copy = blockingFiles.open(temporary, 'create-new', { mode: mode & 0o777 })
  try {
    const chunk = new Uint8Array(COPY_BYTES)
    for (let position = 0; position < size;) {
      const length = wal.read(chunk, position)
      if (length === 0) break
      copy.write(chunk.subarray(0, length), position)
      position += length
    }
    copy.sync()
  } finally {
    copy.close()
  }
  keepOwner(env, temporary, uid, gid)
  blockingFiles.rename(temporary, `${path}-wal`)
  env.logger.log(
    'error',
    'SQLite deleted a WAL that was not its own, since its locks were lost; it has been put back',
    {
      db: path,
      hint: 'do not open the database file with fs in the process that replicates it',
    },
  )
}

/** Only root may give files away; without that the owner is this process's, as for every file that SQLite makes here. */
function keepOwner(env: Env, path: string, uid: number, gid: number): void {
  try {
    env.blockingFiles.setOwner(path, uid, gid)
  } catch {}
}
