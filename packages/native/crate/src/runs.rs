//! Whole runs of frames in one call, cut into parts that several threads work on. The running checksum of a run is that of its
//! parts put together.

use std::sync::{Mutex, OnceLock};
use std::thread;

use crate::crc64::{Crc64, joined};
use crate::page_frame;

/// A part smaller than this (in page bytes) is not worth a thread.
const PART_BYTES_MIN: usize = 256 * 1024;

/// How far a run of frames was right.
pub struct DecodedRun {
    /// Pages that lie in the target, one after the other.
    pub frames: usize,
    /// Bytes of their frames.
    pub bytes: usize,
    /// The running checksum after the last of them.
    pub sum: u64,
}

/// Undoes frames from the start of `bytes` until the target has no room for another page, or what follows is no whole, well-formed
/// frame with its size: its reader finds out what it is.
pub fn decode(previous: u64, bytes: &[u8], page_size: usize, target: &mut [u8], threads_max: usize) -> DecodedRun {
    let frames = frames_of(bytes, target.len() / page_size);
    let per_part = per_part(frames.len(), page_size, threads_max);
    let parts = frames.chunks(per_part).zip(target.chunks_mut(per_part * page_size));
    let done = in_parallel(parts, |(frames, target)| decode_part(frames, page_size, target));
    let mut run = DecodedRun { frames: 0, bytes: 0, sum: previous };
    for (part, frames) in done.iter().zip(frames.chunks(per_part)) {
        let checksummed = part.frames * (page_frame::PREFIX_BYTES + page_size);
        run = DecodedRun {
            frames: run.frames + part.frames,
            bytes: run.bytes + part.bytes,
            sum: joined(run.sum, part.sum, checksummed),
        };
        if part.frames < frames.len() {
            break;
        }
    }
    run
}

fn decode_part(frames: &[&[u8]], page_size: usize, target: &mut [u8]) -> DecodedRun {
    let mut run = DecodedRun { frames: 0, bytes: 0, sum: 0 };
    for (frame, page) in frames.iter().zip(target.chunks_exact_mut(page_size)) {
        let mut sum = Crc64::continued(run.sum);
        if !page_frame::decode(&mut sum, frame, page) {
            break;
        }
        run = DecodedRun { frames: run.frames + 1, bytes: run.bytes + frame.len(), sum: sum.value() };
    }
    run
}

/// Whole frames from the start of `bytes`, as their sizes say.
fn frames_of(bytes: &[u8], count_max: usize) -> Vec<&[u8]> {
    let mut frames = Vec::new();
    let mut rest = bytes;
    while frames.len() < count_max
        && let Some(frame) = page_frame::first(rest)
    {
        rest = &rest[frame.len()..];
        frames.push(frame);
    }
    frames
}

/// Pages to frames, one after the other from the start of `target`; their sizes go to `sizes`, one for each page. `page_at` gives the
/// number and the bytes of each. Returns the bytes written and the running checksum. Panics when `target` is shorter than a bound for
/// each page, or a page has another size.
pub fn encode<'a>(
    previous: u64,
    page_at: impl Fn(usize) -> (u32, &'a [u8]) + Sync,
    page_size: usize,
    target: &mut [u8],
    sizes: &mut [u32],
    threads_max: usize,
) -> (usize, u64) {
    let count = sizes.len();
    let per_part = per_part(count, page_size, threads_max);
    let part_bytes = per_part * page_frame::bound(page_size);
    let room = &mut target[..count * page_frame::bound(page_size)];
    let parts = room
        .chunks_mut(part_bytes)
        .zip(sizes.chunks_mut(per_part))
        .enumerate()
        .map(|(index, (target, sizes))| (index * per_part, target, sizes));
    let encode_part = |(first, target, sizes): (usize, &mut [u8], &mut [u32])| {
        let mut sum = Crc64::continued(0);
        let mut written = 0;
        for (index, size) in sizes.iter_mut().enumerate() {
            let (number, page) = page_at(first + index);
            assert!(page.len() == page_size);
            let bytes = page_frame::encode(&mut sum, number, page, &mut target[written..]);
            *size = bytes as u32;
            written += bytes;
        }
        (sum.value(), written)
    };
    let done = in_parallel(parts, encode_part);
    let (mut bytes, mut sum) = (0, previous);
    for (index, (part_sum, written)) in done.into_iter().enumerate() {
        let start = index * part_bytes;
        target.copy_within(start..start + written, bytes);
        bytes += written;
        let pages = per_part.min(count - index * per_part);
        sum = joined(sum, part_sum, pages * (page_frame::PREFIX_BYTES + page_size));
    }
    (bytes, sum)
}

/// Pages that lie one after the other, by index.
pub fn consecutive<'a>(first: u32, pages: &'a [u8], page_size: usize) -> impl Fn(usize) -> (u32, &'a [u8]) + Sync {
    move |index| (first.wrapping_add(index as u32), &pages[index * page_size..][..page_size])
}

/// Cores that this process may use. Asked once: the system reads files to answer.
pub fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, |cores| cores.get()))
}

/// Pages of each part but the last.
fn per_part(pages: usize, page_size: usize, threads_max: usize) -> usize {
    let parts = threads_max.min(cores()).min(pages * page_size / PART_BYTES_MIN).max(1);
    pages.div_ceil(parts).max(1)
}

struct Slot<Part, Done> {
    part: Option<Part>,
    done: Option<Done>,
}

/// The results in order. The first part is done here, each other on a thread of its own, or here too where there is none to be had.
fn in_parallel<Part: Send, Done: Send>(
    parts: impl Iterator<Item = Part>,
    work: impl Fn(Part) -> Done + Sync,
) -> Vec<Done> {
    let slots: Vec<_> = parts.map(|part| Mutex::new(Slot { part: Some(part), done: None })).collect();
    let take_turn = |slot: &Mutex<Slot<Part, Done>>| {
        let mut slot = slot.lock().expect("each slot has one thread");
        if let Some(part) = slot.part.take() {
            slot.done = Some(work(part));
        }
    };
    thread::scope(|scope| {
        for slot in slots.iter().skip(1) {
            // without a thread its part stays for us
            let _ = thread::Builder::new().spawn_scoped(scope, || take_turn(slot));
        }
        slots.iter().take(1).for_each(take_turn);
    });
    slots.iter().for_each(take_turn);
    slots
        .into_iter()
        .map(|slot| slot.into_inner().ok().and_then(|slot| slot.done).expect("each part had its turn"))
        .collect()
}
