//! LTX page frames: u32 page number, u16 flags, u32 block size (all big-endian), LZ4 block. The file's checksum covers the
//! first ten bytes and the uncompressed page.

use crate::crc64::Crc64;
use crate::{lz4_compress, lz4_decompress};

pub const PREFIX_BYTES: usize = 10;
/// Bit 0: the size is there.
const FLAG_SIZE: u16 = 1;

/// Most bytes that the frame of a page can have.
pub fn bound(page_bytes: usize) -> usize {
    PREFIX_BYTES + lz4_compress::bound(page_bytes)
}

/// Returns the bytes of the frame. Panics when `target` is shorter than [`bound`] or the page too long.
pub fn encode(sum: &mut Crc64, page_number: u32, page: &[u8], target: &mut [u8]) -> usize {
    let (prefix, block) = target.split_at_mut(PREFIX_BYTES);
    let block_bytes = lz4_compress::compress(page, block);
    prefix[..4].copy_from_slice(&page_number.to_be_bytes());
    prefix[4..6].copy_from_slice(&FLAG_SIZE.to_be_bytes());
    prefix[6..].copy_from_slice(&(block_bytes as u32).to_be_bytes());
    sum.add(prefix);
    sum.add(page);
    PREFIX_BYTES + block_bytes
}

/// The frame that `bytes` start with, if it is whole, of a page (not the mark of the end), and has its size.
pub fn first(bytes: &[u8]) -> Option<&[u8]> {
    let [n0, n1, n2, n3, flags_high, flags_low, size @ ..] = *bytes.first_chunk::<PREFIX_BYTES>()?;
    let is_page = [n0, n1, n2, n3] != [0; 4] && [flags_high, flags_low] == FLAG_SIZE.to_be_bytes();
    let block_bytes = u32::from_be_bytes(size) as usize;
    if is_page { bytes.get(..PREFIX_BYTES.checked_add(block_bytes)?) } else { None }
}

/// `frame` is one whole frame. False when it is malformed or not exactly the length of `page`; both are then undefined.
pub fn decode(sum: &mut Crc64, frame: &[u8], page: &mut [u8]) -> bool {
    let Some((prefix, block)) = frame.split_first_chunk::<PREFIX_BYTES>() else { return false };
    let [_, _, _, _, flags_high, flags_low, size @ ..] = *prefix;
    if u16::from_be_bytes([flags_high, flags_low]) & FLAG_SIZE == 0 {
        return false;
    }
    if u32::from_be_bytes(size) as usize != block.len() {
        return false;
    }
    if lz4_decompress::decompress(block, page) != Some(page.len()) {
        return false;
    }
    sum.add(prefix);
    sum.add(page);
    true
}
