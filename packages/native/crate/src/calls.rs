//! The kernels one call at a time, as JavaScript calls them. Panics become errors: `catch_unwind` on each.

use std::borrow::Cow;

use napi::bindgen_prelude::{Error, Result, Uint8ArraySlice};
use napi_derive::napi;

use crate::crc64::{self, Crc64};
use crate::{lz4_compress, lz4_decompress, page_frame, wal};

/// The running sum of a call: read from the front of a small array, and written back there. A shorter array is a panic, which
/// becomes an error.
fn load_sum(state: &[u8]) -> u64 {
    u64::from_ne_bytes(*state.first_chunk().expect("a state of eight bytes"))
}

fn store_sum(state: &mut Uint8ArraySlice, value: u64) {
    writable(state)[..8].copy_from_slice(&value.to_ne_bytes());
}

fn load_pair(state: &[u8]) -> wal::Pair {
    let word = |at: usize| u32::from_ne_bytes(*state[at..].first_chunk().expect("a state of eight bytes"));
    (word(0), word(4))
}

fn store_pair(state: &mut Uint8ArraySlice, (first, second): wal::Pair) {
    let state = writable(state);
    state[..4].copy_from_slice(&first.to_ne_bytes());
    state[4..8].copy_from_slice(&second.to_ne_bytes());
}

fn writable<'a>(bytes: &'a mut Uint8ArraySlice) -> &'a mut [u8] {
    // SAFETY: the array lives through this call; JavaScript waits for it; sources that share memory with it were copied before
    unsafe { bytes.as_mut() }
}

/// The source itself, or a copy when it shares memory with the target.
fn apart<'a>(source: &'a [u8], target: &[u8]) -> Cow<'a, [u8]> {
    let (source_range, target_range) = (source.as_ptr_range(), target.as_ptr_range());
    if source_range.start < target_range.end && target_range.start < source_range.end {
        Cow::Owned(source.to_vec())
    } else {
        Cow::Borrowed(source)
    }
}

fn wrong(expected: &str) -> Error {
    Error::from_reason(format!("@ltx/native: expected {expected}"))
}

fn room<'a>(target: &'a mut Uint8ArraySlice, start: u32, bytes: usize) -> Result<&'a mut [u8]> {
    writable(target).get_mut(start as usize..).and_then(|rest| rest.get_mut(..bytes)).ok_or_else(|| wrong("more room"))
}

#[napi(catch_unwind)]
pub fn crc64(mut state: Uint8ArraySlice, bytes: &[u8]) {
    let mut sum = Crc64::continued(load_sum(&state));
    sum.add(bytes);
    store_sum(&mut state, sum.value());
}

#[napi(catch_unwind)]
pub fn compress_block(source: &[u8], mut target: Uint8ArraySlice) -> Result<u32> {
    if source.len() > lz4_compress::SOURCE_BYTES_MAX {
        return Err(wrong("at most 65536 bytes"));
    }
    let source = apart(source, &target);
    Ok(lz4_compress::compress(&source, room(&mut target, 0, lz4_compress::bound(source.len()))?) as u32)
}

/// -1: malformed, or more than the target holds.
#[napi(catch_unwind)]
pub fn decompress_block(source: &[u8], mut target: Uint8ArraySlice) -> i32 {
    let source = apart(source, &target);
    lz4_decompress::decompress(&source, writable(&mut target)).map_or(-1, |bytes| bytes as i32)
}

#[napi(catch_unwind)]
pub fn wal_checksum(mut state: Uint8ArraySlice, bytes: &[u8], little_endian: bool) {
    let pair = wal::checksum(load_pair(&state), bytes, little_endian);
    store_pair(&mut state, pair);
}

#[napi(catch_unwind)]
pub fn encode_page_frame(
    mut state: Uint8ArraySlice,
    page_number: u32,
    page: &[u8],
    mut target: Uint8ArraySlice,
    target_start: u32,
) -> Result<u32> {
    if page.len() > lz4_compress::SOURCE_BYTES_MAX {
        return Err(wrong("a page of at most 65536 bytes"));
    }
    let mut sum = Crc64::continued(load_sum(&state));
    let page = apart(page, &target);
    let room = room(&mut target, target_start, page_frame::bound(page.len()))?;
    let bytes = page_frame::encode(&mut sum, page_number, &page, room);
    store_sum(&mut state, sum.value());
    Ok(bytes as u32)
}

#[napi(catch_unwind)]
pub fn decode_page_frame(
    mut state: Uint8ArraySlice,
    frame: &[u8],
    page_size: u32,
    mut target: Uint8ArraySlice,
    target_start: u32,
) -> Result<bool> {
    let mut sum = Crc64::continued(load_sum(&state));
    let frame = apart(frame, &target);
    let is_right = page_frame::decode(&mut sum, &frame, room(&mut target, target_start, page_size as usize)?);
    store_sum(&mut state, sum.value());
    Ok(is_right)
}

/// Fills `target` with as many sums as `pages` has pages, each 8 bytes in the machine's order.
#[napi(catch_unwind)]
pub fn page_checksums(first: u32, pages: &[u8], page_size: u32, mut target: Uint8ArraySlice) -> Result<()> {
    if page_size == 0 || !pages.len().is_multiple_of(page_size as usize) {
        return Err(wrong("whole pages"));
    }
    let pages = apart(pages, &target);
    let room = room(&mut target, 0, pages.len() / page_size as usize * 8)?;
    crc64::page_checksums(first, &pages, page_size as usize, room);
    Ok(())
}

/// The running pair in `state`; returns how many frames are right.
#[napi(catch_unwind)]
pub fn check_wal_frames(
    mut state: Uint8ArraySlice,
    frames: &[u8],
    page_size: u32,
    little_endian: bool,
    salt1: u32,
    salt2: u32,
) -> u32 {
    let chain = wal::Chain { page_size: page_size as usize, little_endian, salts: [salt1, salt2] };
    let (right, pair) = wal::check_frames(chain, load_pair(&state), frames);
    store_pair(&mut state, pair);
    right
}
