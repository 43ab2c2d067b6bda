//! The kernels of ltx for Node: the same results as `@ltx/kernels` gives in WebAssembly, bit by bit.

mod calls;
mod crc64;
mod jobs;
mod lz4_compress;
mod lz4_decompress;
mod memory;
mod page_frame;
mod runs;
mod sqlite_extension;
mod wal;
