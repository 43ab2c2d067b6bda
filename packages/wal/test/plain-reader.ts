/**
 * A second WAL reader, slow and obvious, written only from SQLite's file format document: whole file in, everything out. The tests
 * compare the real one with it.
 */
export interface PlainFrame {
  readonly offset: number
  readonly pageNumber: number
  readonly commit: number
  readonly checksum: readonly [number, number]
  readonly page: Uint8Array
}

export interface PlainResult {
  readonly frames: readonly PlainFrame[]
  readonly stop: { readonly reason: string; readonly offset: number }
}

export function readPlainly(wal: Uint8Array): PlainResult {
  const frames: PlainFrame[] = []
  const end = (reason: string, offset: number): PlainResult => ({ frames, stop: { reason, offset } })
  if (wal.length < 32) return end('no-header', 0)
  const u32 = (at: number): number =>
    (wal[at] ?? 0) * 0x100_0000 +
    (wal[at + 1] ?? 0) * 0x1_0000 +
    (wal[at + 2] ?? 0) * 0x100 +
    (wal[at + 3] ?? 0)
  const word = (at: number, little: boolean): bigint =>
    BigInt(
      little
        ? (wal[at + 3] ?? 0) * 0x100_0000 +
            (wal[at + 2] ?? 0) * 0x1_0000 +
            (wal[at + 1] ?? 0) * 0x100 +
            (wal[at] ?? 0)
        : u32(at),
    )
  let s0 = 0n
  let s1 = 0n
  const add = (start: number, stop: number, little: boolean): void => {
    for (let at = start; at < stop; at += 8) {
      s0 = (s0 + word(at, little) + s1) % 0x1_0000_0000n
      s1 = (s1 + word(at + 4, little) + s0) % 0x1_0000_0000n
    }
  }
  const magic = u32(0)
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return end('WAL_BAD_MAGIC', 0)
  const little = magic === 0x377f0682
  add(0, 24, little)
  if (s0 !== BigInt(u32(24)) || s1 !== BigInt(u32(28))) return end('no-header', 0)
  if (u32(4) !== 3007000) return end('WAL_BAD_VERSION', 0)
  const pageSize = u32(8)
  if (![512, 1024, 2048, 4096, 8192, 16384, 32768, 65536].includes(pageSize))
    return end('WAL_BAD_PAGE_SIZE', 0)
  for (let at = 32; ; at += 24 + pageSize) {
    if (at === wal.length) return end('end-of-input', at)
    if (at + 24 + pageSize > wal.length) return end('short-frame', at)
    if (u32(at + 8) !== u32(16) || u32(at + 12) !== u32(20)) return end('salt-mismatch', at)
    if (u32(at) === 0) return end('page-number', at)
    add(at, at + 8, little)
    add(at + 24, at + 24 + pageSize, little)
    if (s0 !== BigInt(u32(at + 16)) || s1 !== BigInt(u32(at + 20))) return end('checksum-mismatch', at)
    frames.push({
      offset: at,
      pageNumber: u32(at),
      commit: u32(at + 4),
      checksum: [Number(s0), Number(s1)],
      page: wal.subarray(at + 24, at + 24 + pageSize),
    })
  }
}
