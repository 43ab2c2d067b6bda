import { KERNELS_WASM } from './kernels.wasm.ts'

/** The little of the WebAssembly interface that is used here; the DOM's type library has the whole, and is not loaded. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WasmModule
  readonly Instance: new (module: WasmModule) => { readonly exports: unknown }
}

interface WasmModule {
  readonly [Symbol.toStringTag]: string
}

/** A constant of assembly/memory.ts. */
interface Address {
  readonly value: number
}

/** What assembly/index.ts exports. Addresses are byte offsets in `memory`; i64 comes and goes as BigInt, signed on the way out. */
export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly RESULT: Address
  readonly SOURCE: Address
  readonly SOURCE_BYTES: Address
  readonly TARGET: Address
  readonly TARGET_BYTES: Address
  readonly crc64: (previous: bigint, at: number, bytes: number) => bigint
  readonly compressBlock: (source: number, bytes: number, target: number) => number
  readonly decompressBlock: (
    source: number,
    sourceBytes: number,
    target: number,
    targetBytes: number,
  ) => number
  readonly walChecksum: (first: number, second: number, bytes: number, littleEndian: boolean) => void
  readonly checkWalFrames: (
    first: number,
    second: number,
    count: number,
    pageSize: number,
    littleEndian: boolean,
    salt1: number,
    salt2: number,
  ) => number
  readonly encodePageFrame: (previous: bigint, pageNumber: number, pageBytes: number) => number
  readonly decodePageFrame: (previous: bigint, frameBytes: number, pageBytes: number) => number
  readonly pageChecksums: (firstPageNumber: number, count: number, pageBytes: number) => void
}

let compiled: WasmModule | null = null

/** A new instance with its own memory. The module is compiled once per thread. */
export function instantiate(): WasmExports {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNELS_WASM, 'base64'))
  // the module has no imports, and its exports are these: wasm-kernels.test.ts calls each of them
  return new WebAssembly.Instance(compiled).exports as WasmExports
}
