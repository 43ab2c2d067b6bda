//! Bytes → LZ4 block: the same search as the WebAssembly kernel's (packages/kernels/assembly/lz4-compress.ts), so that the
//! same page becomes the same bytes whichever of the two is in use. Change both or none: a test compares them.
//!
//! Rules of the format that decoders rely on: a match is 4 bytes or longer, the last 5 bytes are literals, and the last match
//! starts at least 12 bytes before the end.

/// Positions are held in 16 bits.
pub const SOURCE_BYTES_MAX: usize = 65_536;

const MATCH_BYTES_MIN: usize = 4;
const LAST_LITERALS: usize = 5;
const MATCH_START_DISTANCE: usize = 12;
/// After this many misses (as a power of two) the search takes longer steps.
const SKIP_SHIFT: usize = 6;
/// Larger sources have a table of twice the size.
const SMALL_SOURCE_BYTES: usize = 4096;
const WIDE: usize = 16;

/// Largest block that `bytes` of input can become.
pub fn bound(bytes: usize) -> usize {
    bytes + bytes / 255 + 16
}

/// Returns the bytes written. Panics when the source is longer than [`SOURCE_BYTES_MAX`] or the target shorter than [`bound`];
/// target bytes behind the result, up to the bound, may be overwritten.
pub fn compress(source: &[u8], target: &mut [u8]) -> usize {
    assert!(source.len() <= SOURCE_BYTES_MAX);
    let target = &mut target[..bound(source.len())];
    if source.len() <= SMALL_SOURCE_BYTES { search::<4096>(source, target) } else { search::<8192>(source, target) }
}

fn search<const SLOTS: usize>(source: &[u8], target: &mut [u8]) -> usize {
    let mut write = 0;
    let mut anchor = 0;
    if source.len() > MATCH_START_DISTANCE {
        // an empty slot says position 0, a candidate like any other: candidates are compared before they are used
        let mut table = [0u16; SLOTS];
        let start_max = source.len() - MATCH_START_DISTANCE;
        let end_max = source.len() - LAST_LITERALS;
        let mut at = 1;
        let mut budget = 1 << SKIP_SHIFT;
        while at <= start_max {
            let word = word_at(source, at);
            let slot = &mut table[slot_of::<SLOTS>(word)];
            let mut candidate = *slot as usize;
            *slot = at as u16;
            if word_at(source, candidate) != word {
                at += budget >> SKIP_SHIFT;
                budget += 1;
                continue;
            }
            while at > anchor && candidate > 0 && source[at - 1] == source[candidate - 1] {
                at -= 1;
                candidate -= 1;
            }
            let token = write;
            write = write_literals(source, anchor, at, target, write);
            target[write..write + 2].copy_from_slice(&((at - candidate) as u16).to_le_bytes());
            write += 2;
            anchor = match_end(source, at + MATCH_BYTES_MIN, candidate + MATCH_BYTES_MIN, end_max);
            let rest = anchor - at - MATCH_BYTES_MIN;
            if rest >= 15 {
                target[token] |= 15;
                write = write_length(target, write, rest - 15);
            } else {
                target[token] |= rest as u8;
            }
            at = anchor;
            budget = 1 << SKIP_SHIFT;
            if at <= start_max {
                table[slot_of::<SLOTS>(word_at(source, at - 2))] = (at - 2) as u16;
            }
        }
    }
    write_literals(source, anchor, source.len(), target, write)
}

/// The top bits of a product with 2^32 / golden ratio, as in liblz4.
#[inline(always)]
fn slot_of<const SLOTS: usize>(word: u32) -> usize {
    (word.wrapping_mul(2_654_435_761) >> (32 - SLOTS.trailing_zeros())) as usize
}

#[inline(always)]
fn word_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(*bytes[at..].first_chunk().expect("the search stops before the end"))
}

/// Token (with the low half 0) and literals. Returns where the literals end.
#[inline(always)]
fn write_literals(source: &[u8], from: usize, to: usize, target: &mut [u8], mut write: usize) -> usize {
    let token = write;
    let bytes = to - from;
    write += 1;
    if bytes >= 15 {
        target[token] = 0xf0;
        write = write_length(target, write, bytes - 15);
    } else {
        target[token] = (bytes as u8) << 4;
    }
    let wide = source[from..].first_chunk::<WIDE>();
    match (wide, target[write..].first_chunk_mut::<WIDE>()) {
        (Some(wide), Some(room)) if bytes <= WIDE => *room = *wide,
        _ => target[write..write + bytes].copy_from_slice(&source[from..to]),
    }
    write + bytes
}

/// Rest of a length of 15 or more.
fn write_length(target: &mut [u8], mut write: usize, mut rest: usize) -> usize {
    while rest >= 255 {
        target[write] = 255;
        write += 1;
        rest -= 255;
    }
    target[write] = rest as u8;
    write + 1
}

/// Where two runs that are equal before `at` stop being equal; at most `end`. `candidate` is the earlier one.
#[inline(always)]
fn match_end(source: &[u8], mut at: usize, mut candidate: usize, end: usize) -> usize {
    while at + 8 <= end {
        let difference = long_at(source, at) ^ long_at(source, candidate);
        if difference != 0 {
            return at + (difference.trailing_zeros() >> 3) as usize;
        }
        at += 8;
        candidate += 8;
    }
    while at < end && source[at] == source[candidate] {
        at += 1;
        candidate += 1;
    }
    at
}

#[inline(always)]
fn long_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(*bytes[at..].first_chunk().expect("checked against the end"))
}
