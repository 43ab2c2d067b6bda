//! SQLite's WAL checksum, and the chain of frames it runs through.

pub const FRAME_HEADER_BYTES: usize = 24;

/// The two words of the running sum.
pub type Pair = (u32, u32);

/// Continues the sum. Bytes behind the last multiple of 8 are not looked at.
pub fn checksum(pair: Pair, bytes: &[u8], little_endian: bool) -> Pair {
    if little_endian { sum(pair, bytes, u32::from_le_bytes) } else { sum(pair, bytes, u32::from_be_bytes) }
}

#[inline(always)]
fn sum((mut first, mut second): Pair, bytes: &[u8], word_of: impl Fn([u8; 4]) -> u32) -> Pair {
    for &[a, b, c, d, e, f, g, h] in bytes.as_chunks::<8>().0 {
        first = first.wrapping_add(word_of([a, b, c, d])).wrapping_add(second);
        second = second.wrapping_add(word_of([e, f, g, h])).wrapping_add(first);
    }
    (first, second)
}

/// What all frames of a chain have in common.
#[derive(Clone, Copy)]
pub struct Chain {
    pub page_size: usize,
    pub little_endian: bool,
    pub salts: [u32; 2],
}

/// Counts the frames that carry the salts and continue the sum; and the pair after the last of them.
pub fn check_frames(chain: Chain, seed: Pair, frames: &[u8]) -> (u32, Pair) {
    let mut pair = seed;
    let mut right = 0;
    // header, big-endian: page number, commit, salt 1, salt 2, checksum 1, checksum 2. The sum covers the first 8 bytes and the page.
    for frame in frames.chunks_exact(FRAME_HEADER_BYTES + chain.page_size) {
        let (header, page) = frame.split_at(FRAME_HEADER_BYTES);
        if [word(header, 8), word(header, 12)] != chain.salts {
            break;
        }
        let next = checksum(checksum(pair, &header[..8], chain.little_endian), page, chain.little_endian);
        if next != (word(header, 16), word(header, 20)) {
            break;
        }
        pair = next;
        right += 1;
    }
    (right, pair)
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(*bytes[at..].first_chunk().expect("a whole header"))
}
