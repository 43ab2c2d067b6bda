import { crc64 } from './crc64'
import { RESULT, SOURCE, TARGET } from './memory'

function pageChecksum(pageNumber: u32, at: usize, pageBytes: usize): u64 {
  store<u32>(RESULT, bswap<u32>(pageNumber))
  return crc64(crc64(0, RESULT, 4), at, pageBytes)
}

/** `count` pages at SOURCE → that many little-endian u64 at TARGET. */
export function pageChecksums(firstPageNumber: u32, count: u32, pageBytes: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const sum = pageChecksum(firstPageNumber + i, SOURCE + <usize>i * pageBytes, pageBytes)
    store<u64>(TARGET + ((<usize>i) << 3), sum)
  }
}
