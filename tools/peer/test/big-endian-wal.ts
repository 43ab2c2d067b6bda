const WAL_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
/** The last bit of the magic number says how checksums read words: set, big-endian. */
const BIG_ENDIAN_MAGIC = 0x377f0683

/**
 * The same WAL as a big-endian machine writes it: other checksums, everything else as it is. Written from SQLite's file format document
 * (section 4.2) and not with our own WAL package, so that it can judge that.
 */
export function asBigEndianWal(wal: Uint8Array): Uint8Array {
  const bytes = wal.slice()
  const view = new DataView(bytes.buffer)
  view.setUint32(0, BIG_ENDIAN_MAGIC)
  let sums = checksum(view, 0, 24, [0, 0])
  writePair(view, 24, sums)
  const pageSize = view.getUint32(8)
  const frameBytes = FRAME_HEADER_BYTES + pageSize
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    sums = checksum(view, at, 8, sums)
    sums = checksum(view, at + FRAME_HEADER_BYTES, pageSize, sums)
    writePair(view, at + 16, sums)
  }
  return bytes
}

type Pair = readonly [number, number]

function checksum(view: DataView, start: number, length: number, [first, second]: Pair): Pair {
  let [a, b] = [first, second]
  for (let at = start; at < start + length; at += 8) {
    a = (a + view.getUint32(at) + b) >>> 0
    b = (b + view.getUint32(at + 4) + a) >>> 0
  }
  return [a, b]
}

function writePair(view: DataView, at: number, [first, second]: Pair): void {
  view.setUint32(at, first)
  view.setUint32(at + 4, second)
}
