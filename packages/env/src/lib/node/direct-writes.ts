import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { systemErrorCode } from '../system-error.ts'

/** Where a direct write may start and end, in the file and in memory. No disk asks for more. */
const BLOCK_BYTES = 4096

type DirectFile = Pick<FileHandle, 'write' | 'close'>

/** A second way into an open file: past the page cache, from our memory to the disk. Linux has it, on most of its file systems. */
export class DirectWrites {
  readonly #open: () => Promise<DirectFile>
  /** `null` inside: there is no such way. */
  #file: Promise<DirectFile | null> | null = null

  constructor(openFile: () => Promise<DirectFile>) {
    this.#open = openFile
  }

  /** @returns how many of the bytes were written; 0 when this file, or this place in it, allows no direct write */
  async write(bytes: Uint8Array, position: number): Promise<number> {
    if ((bytes.byteOffset | bytes.length | position) % BLOCK_BYTES !== 0) return 0
    this.#file ??= this.#open().catch(() => null) // the ordinary way will say what is wrong, if anything is
    const file = await this.#file
    if (file === null) return 0
    try {
      const { bytesWritten } = await file.write(bytes, 0, bytes.length, position)
      return bytesWritten
    } catch (error) {
      // The file system has no direct writes after all, or the memory is not aligned.
      if (systemErrorCode(error) !== 'EINVAL') throw error
      this.#file = Promise.resolve(null)
      await file.close()
      return 0
    }
  }

  async close(): Promise<void> {
    const file = await this.#file
    await file?.close()
  }
}

/** Opens the file of a descriptor once more, whatever its name is by now. */
export function directWrites(descriptor: number): DirectWrites {
  return new DirectWrites(async () => {
    if (constants.O_DIRECT === undefined) throw new Error('no direct writes on this system')
    return open(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_DIRECT)
  })
}
