//! Whole runs of frames, as JavaScript calls them. Panics become errors here too.

use std::panic::{AssertUnwindSafe, catch_unwind};

use napi::bindgen_prelude::{
    AsyncTask, BigInt, Env, Error, Result, Task, Uint8Array, Uint8ArraySlice, Uint32Array, Uint32ArraySlice,
};
use napi_derive::napi;

use crate::runs;

/// How many threads can work at once.
#[napi(catch_unwind)]
pub fn cores() -> u32 {
    runs::cores() as u32
}

#[napi(object)]
pub struct DecodedFrames {
    pub frames: u32,
    pub bytes: u32,
    pub sum: BigInt,
}

pub struct DecodeFrames {
    previous: u64,
    bytes: Uint8Array,
    page_size: usize,
    target: Uint8Array,
    threads_max: usize,
}

impl Task for DecodeFrames {
    type Output = runs::DecodedRun;
    type JsValue = DecodedFrames;

    /// On a thread of libuv's pool.
    fn compute(&mut self) -> Result<Self::Output> {
        let Self { previous, page_size, threads_max, .. } = *self;
        let bytes: &[u8] = &self.bytes;
        // SAFETY: the task holds the array; JavaScript leaves it and `bytes` alone until the promise is settled, and they lie apart
        let target = unsafe { self.target.as_mut() };
        catch_unwind(AssertUnwindSafe(|| runs::decode(previous, bytes, page_size, target, threads_max)))
            .map_err(|_| Error::from_reason("@ltx/native: decoding failed inside"))
    }

    fn resolve(&mut self, _env: Env, run: Self::Output) -> Result<Self::JsValue> {
        Ok(DecodedFrames { frames: run.frames as u32, bytes: run.bytes as u32, sum: BigInt::from(run.sum) })
    }
}

/// Decodes frames from the start of `bytes` into pages from the start of `target`.
#[napi(catch_unwind, ts_return_type = "Promise<DecodedFrames>")]
pub fn decode_frames(
    previous: BigInt,
    bytes: Uint8Array,
    page_size: u32,
    target: Uint8Array,
    threads_max: u32,
) -> Result<AsyncTask<DecodeFrames>> {
    let page_size = checked_page_size(page_size)?;
    if overlap(&bytes, &target) {
        return Err(Error::from_reason("@ltx/native: expected a target apart from the source"));
    }
    let (_, previous, _) = previous.get_u64();
    let task = DecodeFrames { previous, bytes, page_size, target, threads_max: threads_max as usize };
    Ok(AsyncTask::new(task))
}

/// Whether two arrays share memory.
fn overlap<A, B>(one: &[A], other: &[B]) -> bool {
    let (one, other) = (one.as_ptr_range(), other.as_ptr_range());
    one.start.cast::<u8>() < other.end.cast() && other.start.cast::<u8>() < one.end.cast()
}

#[napi(object)]
pub struct EncodedFrames {
    pub bytes: u32,
    pub sum: BigInt,
}

impl From<(usize, u64)> for EncodedFrames {
    fn from((bytes, sum): (usize, u64)) -> Self {
        Self { bytes: bytes as u32, sum: BigInt::from(sum) }
    }
}

#[allow(clippy::too_many_arguments)] // as JavaScript has them
/// Encodes pages into frames from `target_start` on, their sizes into `sizes`, which has one for each page: page `numbers[i]` lies in
/// `source` at `offsets[i]`. Works on several threads and waits for them.
#[napi(catch_unwind)]
pub fn encode_scattered(
    previous: BigInt,
    numbers: &[u32],
    source: &[u8],
    offsets: &[u32],
    page_size: u32,
    mut target: Uint8ArraySlice,
    target_start: u32,
    mut sizes: Uint32ArraySlice,
    threads_max: u32,
) -> Result<EncodedFrames> {
    let page_size = checked_page_size(page_size)?;
    let count = sizes.len();
    let is_inside = |offset: &u32| source.len().checked_sub(page_size).is_some_and(|last| *offset as usize <= last);
    if numbers.len() != count || offsets.len() != count || !offsets.iter().all(is_inside) {
        return Err(Error::from_reason("@ltx/native: expected a number and a place in the source for each size"));
    }
    let is_shared = overlap(source, &target) || overlap(source, &sizes) || overlap(&target, &sizes);
    let are_shared = |places: &[u32]| overlap(places, &target) || overlap(places, &sizes);
    if is_shared || are_shared(numbers) || are_shared(offsets) {
        return Err(apart());
    }
    let (_, previous, _) = previous.get_u64();
    // SAFETY: both arrays live through this call; JavaScript waits for it; all lie apart
    let (target, sizes) = unsafe { (target.as_mut(), sizes.as_mut()) };
    let page_at = |index: usize| (numbers[index], &source[offsets[index] as usize..][..page_size]);
    let room = &mut target[target_start as usize..];
    Ok(runs::encode(previous, page_at, page_size, room, sizes, threads_max as usize).into())
}

pub struct EncodeFrames {
    previous: u64,
    first_page: u32,
    pages: Uint8Array,
    page_size: usize,
    target: Uint8Array,
    target_start: usize,
    sizes: Uint32Array,
    threads_max: usize,
}

impl Task for EncodeFrames {
    type Output = (usize, u64);
    type JsValue = EncodedFrames;

    /// On a thread of libuv's pool.
    fn compute(&mut self) -> Result<Self::Output> {
        let Self { previous, first_page, page_size, target_start, threads_max, .. } = *self;
        let pages: &[u8] = &self.pages;
        // SAFETY: the task holds the arrays; JavaScript leaves them and `pages` alone until the promise is settled, and they lie apart
        let (target, sizes) = unsafe { (self.target.as_mut(), self.sizes.as_mut()) };
        catch_unwind(AssertUnwindSafe(|| {
            let room = &mut target[target_start..];
            let page_at = runs::consecutive(first_page, pages, page_size);
            runs::encode(previous, page_at, page_size, room, sizes, threads_max)
        }))
        .map_err(|_| Error::from_reason("@ltx/native: encoding failed inside"))
    }

    fn resolve(&mut self, _env: Env, run: Self::Output) -> Result<Self::JsValue> {
        Ok(run.into())
    }
}

#[allow(clippy::too_many_arguments)] // as JavaScript has them
/// Encodes consecutive pages into frames from `target_start` on, their sizes into `sizes`, which has one for each page.
#[napi(catch_unwind, ts_return_type = "Promise<EncodedFrames>")]
pub fn encode_frames(
    previous: BigInt,
    first_page: u32,
    pages: Uint8Array,
    page_size: u32,
    target: Uint8Array,
    target_start: u32,
    sizes: Uint32Array,
    threads_max: u32,
) -> Result<AsyncTask<EncodeFrames>> {
    let page_size = checked_page_size(page_size)?;
    if pages.len() != sizes.len() * page_size {
        return Err(Error::from_reason("@ltx/native: expected a page for each size"));
    }
    if overlap(&pages, &target) || overlap(&pages, &sizes) || overlap(&target, &sizes) {
        return Err(apart());
    }
    let (_, previous, _) = previous.get_u64();
    let (target_start, threads_max) = (target_start as usize, threads_max as usize);
    Ok(AsyncTask::new(EncodeFrames {
        previous,
        first_page,
        pages,
        page_size,
        target,
        target_start,
        sizes,
        threads_max,
    }))
}

fn checked_page_size(page_size: u32) -> Result<usize> {
    match page_size {
        1..=65_536 => Ok(page_size as usize),
        _ => Err(Error::from_reason("@ltx/native: expected pages of 1 to 65536 bytes")),
    }
}

fn apart() -> Error {
    Error::from_reason("@ltx/native: expected a target and sizes apart from the source")
}
