import { constants } from 'node:fs'
import type { OpenMode } from '../files.ts'

/** Opening a FIFO must not wait for its other end. Does nothing to a regular file; Windows has no such flag. */
const NONBLOCK = constants.O_NONBLOCK ?? 0

/** Permission bits of a file that is made when the caller names none. */
export const FILE_MODE = 0o600
/** Permission bits of a directory that is made when the caller names none. */
export const DIRECTORY_MODE = 0o700

/** The flags of `open(2)` for each of our modes. */
export const OPEN_FLAGS: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY | NONBLOCK,
  'read-write': constants.O_RDWR | NONBLOCK,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | NONBLOCK,
  'create-new': constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NONBLOCK,
}

/** To sync a directory: a file is refused. Windows has no such flag. */
export const DIRECTORY_FLAGS: number = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0)
