// LZ4 block → bytes. Every read is checked against the end of the block and every copy against the end of the output before it
// is made; copies then move 16 bytes at a time into the slack that follows both areas. Each turn of a loop uses up input or
// output, so any input ends.

const MALFORMED: i32 = -1

/** Copies `bytes`, and up to 15 more. Areas do not overlap within 16 bytes. */
function copyWide(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes
  do {
    v128.store(to, v128.load(from))
    to += 16
    from += 16
  } while (to < end)
}

/** Copies a match that overlaps itself: `to - from` is 1 … 15. May write up to 15 bytes more. */
function copyRepeating(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes
  if (to - from >= 8) {
    do {
      store<u64>(to, load<u64>(from))
      to += 8
      from += 8
    } while (to < end)
    return
  }
  // the first bytes one by one; what is then written so far repeats with a whole multiple of the period, 8 or more bytes wide
  const period = to - from
  const wide = period * ((7 + period) / period)
  const ready = min(from + wide, end)
  while (to < ready) store<u8>(to++, load<u8>(from++))
  from = to - wide
  while (to < end) {
    store<u64>(to, load<u64>(from))
    to += 8
    from += 8
  }
}

/** @returns Bytes written at `target`, at most `targetBytes`; or -1. */
export function decompressBlock(source: usize, sourceBytes: usize, target: usize, targetBytes: usize): i32 {
  let read = source
  let write = target
  const readEnd = source + sourceBytes
  const writeEnd = target + targetBytes
  if (sourceBytes == 0) return MALFORMED
  while (read < readEnd) {
    const token = <usize>load<u8>(read++)
    let literals = token >> 4
    if (literals == 15) {
      let more: usize = 255
      while (more == 255) {
        if (read >= readEnd) return MALFORMED
        more = <usize>load<u8>(read++)
        literals += more
      }
    }
    if (literals > readEnd - read || literals > writeEnd - write) return MALFORMED
    if (literals != 0) copyWide(write, read, literals)
    read += literals
    write += literals
    if (read == readEnd) break // the last sequence has no match; one that ends after a match is taken too: the checksum decides

    if (readEnd - read < 2) return MALFORMED
    const offset = <usize>load<u16>(read)
    read += 2
    if (offset == 0 || offset > write - target) return MALFORMED
    let length = (token & 15) + 4
    if (length == 19) {
      let more: usize = 255
      while (more == 255) {
        if (read >= readEnd) return MALFORMED
        more = <usize>load<u8>(read++)
        length += more
      }
    }
    if (length > writeEnd - write) return MALFORMED
    if (offset >= 16) copyWide(write, write - offset, length)
    else copyRepeating(write, write - offset, length)
    write += length
  }
  return <i32>(write - target)
}
