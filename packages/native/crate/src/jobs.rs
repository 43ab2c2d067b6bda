//! Whole runs of frames, as JavaScript calls them. Panics become errors here too.

use std::panic::{AssertUnwindSafe, catch_unwind};

use napi::bindgen_prelude::{
    AsyncTask, BigInt, Env, Error, Result, Task, Uint8Array, Uint8ArraySlice, Uint32ArraySlice,
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
    if page_size == 0 || page_size > 65_536 {
        return Err(Error::from_reason("@ltx/native: expected pages of 1 to 65536 bytes"));
    }
    if overlap(&bytes, &target) {
        return Err(Error::from_reason("@ltx/native: expected a target apart from the source"));
    }
    let (_, previous, _) = previous.get_u64();
    let task =
        DecodeFrames { previous, bytes, page_size: page_size as usize, target, threads_max: threads_max as usize };
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

#[allow(clippy::too_many_arguments)] // as JavaScript has them
/// Encodes consecutive pages into frames from `target_start` on, their sizes into `sizes`. Works on several threads and waits for them.
#[napi(catch_unwind)]
pub fn encode_frames(
    previous: BigInt,
    first_page: u32,
    pages: &[u8],
    page_size: u32,
    mut target: Uint8ArraySlice,
    target_start: u32,
    mut sizes: Uint32ArraySlice,
    threads_max: u32,
) -> Result<EncodedFrames> {
    let page_size = page_size as usize;
    if page_size == 0 || page_size > 65_536 || !pages.len().is_multiple_of(page_size) {
        return Err(Error::from_reason("@ltx/native: expected whole pages of 1 to 65536 bytes"));
    }
    if overlap(pages, &target) || overlap(pages, &sizes) || overlap(&target, &sizes) {
        return Err(Error::from_reason("@ltx/native: expected a target and sizes apart from the source"));
    }
    let (_, previous, _) = previous.get_u64();
    // SAFETY: both arrays live through this call; JavaScript waits for it; the three lie apart
    let (target, sizes) = unsafe { (target.as_mut(), sizes.as_mut()) };
    let room = &mut target[target_start as usize..];
    let (bytes, sum) = runs::encode(previous, first_page, pages, page_size, room, sizes, threads_max as usize);
    Ok(EncodedFrames { bytes: bytes as u32, sum: BigInt::from(sum) })
}
