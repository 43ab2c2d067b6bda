import { viewOf } from './view-of.ts'

/**
 * Continues SQLite's two-word WAL checksum over `bytes`. For the few bytes of a header; long runs of frames go through
 * `checkWalFrames` of the kernels, which gives the same words.
 *
 * @param bytes Length a multiple of 8. Borrowed.
 * @param littleEndian Byte order of the words, from the WAL header's magic, not from the machine's own.
 * @returns The two words, each as an unsigned 32-bit number.
 * @throws {RangeError} when the length is not a multiple of 8: that is our mistake, not the file's.
 * @see sqlite.org/fileformat2.html, "Checksum Algorithm"
 */
export function walChecksum(
  seed: readonly [number, number],
  bytes: Uint8Array,
  littleEndian: boolean,
): [number, number] {
  if (bytes.length % 8 !== 0)
    throw new RangeError(`WAL checksum over ${bytes.length} bytes, not a multiple of 8`)
  const view = viewOf(bytes)
  let [first, second] = seed
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + view.getUint32(at, littleEndian) + second) >>> 0
    second = (second + view.getUint32(at + 4, littleEndian) + first) >>> 0
  }
  return [first, second]
}
