//! LZ4 block → bytes. Accepts exactly what the WebAssembly kernel accepts (packages/kernels/assembly/lz4-decompress.ts): a test
//! compares them on hostile blocks. Safe Rust: an index out of range would be a panic, never a wild access. Each turn of a loop
//! uses up input or output, so any input ends.

const WIDE: usize = 16;

/// Returns the bytes written; `None` when the block is malformed or holds more than `target`. What the target holds behind the
/// result, or after `None`, is undefined.
pub fn decompress(source: &[u8], target: &mut [u8]) -> Option<usize> {
    let mut read = 0;
    let mut write = 0;
    if source.is_empty() {
        return None;
    }
    while read < source.len() {
        let token = source[read] as usize;
        read += 1;
        let literals = length_of(token >> 4, source, &mut read)?;
        copy_literals(source, read, target, write, literals)?;
        read += literals;
        write += literals;
        if read == source.len() {
            break; // the last sequence has no match; one that ends after a match is taken too: the checksum decides
        }
        let offset = u16::from_le_bytes(*source[read..].first_chunk()?) as usize;
        read += 2;
        if offset == 0 || offset > write {
            return None;
        }
        let length = length_of(token & 15, source, &mut read)? + 4;
        if length > target.len() - write {
            return None;
        }
        copy_match(target, write, offset, length);
        write += length;
    }
    Some(write)
}

/// A length whose first four bits are `nibble`.
#[inline(always)]
fn length_of(nibble: usize, source: &[u8], read: &mut usize) -> Option<usize> {
    let mut length = nibble;
    if nibble == 15 {
        loop {
            let more = *source.get(*read)?;
            *read += 1;
            length += more as usize;
            if more != 255 {
                break;
            }
        }
    }
    Some(length)
}

#[inline(always)]
fn copy_literals(source: &[u8], read: usize, target: &mut [u8], write: usize, bytes: usize) -> Option<()> {
    let from = &source[read..];
    let to = &mut target[write..];
    match (from.first_chunk::<WIDE>(), to.first_chunk_mut::<WIDE>()) {
        (Some(wide), Some(room)) if bytes <= WIDE => *room = *wide,
        _ => to.get_mut(..bytes)?.copy_from_slice(from.get(..bytes)?),
    }
    Some(())
}

/// `offset` is 1 … `write`, and `length` fits behind `write`.
#[inline(always)]
fn copy_match(target: &mut [u8], write: usize, offset: usize, length: usize) {
    let (done, to) = target.split_at_mut(write);
    let from = &done[write - offset..];
    if let (Some(wide), Some(room)) = (from.first_chunk::<WIDE>(), to.first_chunk_mut::<WIDE>())
        && length <= WIDE
    {
        *room = *wide;
        return;
    }
    if offset >= length {
        to[..length].copy_from_slice(&from[..length]);
    } else if offset == 1 {
        to[..length].fill(from[0]);
    } else {
        // the match overlaps itself: what is there repeats, so each copy may be twice as long as the one before
        let end = write + length;
        let start = write - offset;
        let mut at = write;
        while at < end {
            let bytes = (at - start).min(end - at);
            target.copy_within(start..start + bytes, at);
            at += bytes;
        }
    }
}
