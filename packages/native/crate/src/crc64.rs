//! CRC-64/ISO as Go's `crc64.Update` continues it: a finished value goes in, a finished value comes out.

use crc_fast::{CrcAlgorithm, Digest, checksum_combine};

/// A sum that more bytes can be added to. 0 is the sum of nothing.
pub struct Crc64(Digest);

impl Crc64 {
    pub fn continued(previous: u64) -> Self {
        Self(Digest::new_with_init_state(CrcAlgorithm::Crc64GoIso, !previous))
    }

    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn value(&self) -> u64 {
        self.0.finalize()
    }
}

/// The sum of two runs of bytes, one after the other: `second` was started at 0, and its bytes are counted.
pub fn joined(first: u64, second: u64, second_bytes: usize) -> u64 {
    checksum_combine(CrcAlgorithm::Crc64GoIso, first, second, second_bytes as u64)
}

/// Of the big-endian page number and the page: without the format's flag bit.
pub fn page_checksum(page_number: u32, page: &[u8]) -> u64 {
    let mut sum = Crc64::continued(0);
    sum.add(&page_number.to_be_bytes());
    sum.add(page);
    sum.value()
}

/// Of consecutive pages of `page_size` bytes, as 8 bytes each in the order of the machine.
pub fn page_checksums(first: u32, pages: &[u8], page_size: usize, target: &mut [u8]) {
    for (index, (page, slot)) in pages.chunks_exact(page_size).zip(target.chunks_exact_mut(8)).enumerate() {
        slot.copy_from_slice(&page_checksum(first.wrapping_add(index as u32), page).to_ne_bytes());
    }
}
