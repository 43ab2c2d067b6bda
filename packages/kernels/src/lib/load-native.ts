import type { FrameRuns, Kernels } from './kernels.ts'

/** What `@ltx/native` exports as `native`: the calls of {@link Kernels}. Undefined where no build fits this machine. */
export type NativeKernels = Omit<Kernels, 'implementation'>

/** Loads a module by its name, like `require`. Throws when it is not installed or does not load. */
export type RequireModule = (name: string) => unknown

const CALLS = [
  'crc64',
  'compressBlock',
  'decompressBlock',
  'walChecksum',
  'encodePageFrame',
  'decodePageFrame',
  'pageChecksum',
  'pageChecksums',
  'checkWalFrames',
] as const satisfies readonly (keyof NativeKernels)[]

const RUN_CALLS = [
  'decodeFrames',
  'encodeFrames',
  'encodeScattered',
] as const satisfies readonly (keyof FrameRuns)[]

/** CRC-64/ISO of the nine digits "123456789": the check value of the catalogues. */
const CHECK_VALUE = 0xb909_56c7_75a4_1001n

/**
 * The addon's kernels, or null when it is absent, lacks a call (another version) or computes a wrong check value: it is an
 * option, and WebAssembly gives the same bytes.
 */
export function loadNative(requireModule: RequireModule): Kernels | null {
  let loaded: unknown
  try {
    loaded = requireModule('@ltx/native')
  } catch {
    return null
  }
  if (typeof loaded !== 'object' || loaded === null || !('native' in loaded)) return null
  const { native } = loaded
  if (!hasCalls<NativeKernels>(native, CALLS)) return null
  if (native.crc64(0n, new TextEncoder().encode('123456789')) !== CHECK_VALUE) return null
  return {
    implementation: 'native',
    runs: hasCalls<FrameRuns>(native.runs, RUN_CALLS) ? native.runs : undefined,
    crc64: native.crc64.bind(native),
    compressBlock: native.compressBlock.bind(native),
    decompressBlock: native.decompressBlock.bind(native),
    walChecksum: native.walChecksum.bind(native),
    encodePageFrame: native.encodePageFrame.bind(native),
    decodePageFrame: native.decodePageFrame.bind(native),
    pageChecksum: native.pageChecksum.bind(native),
    pageChecksums: native.pageChecksums.bind(native),
    checkWalFrames: native.checkWalFrames.bind(native),
  }
}

function hasCalls<Calls>(candidate: unknown, calls: readonly (keyof Calls & string)[]): candidate is Calls {
  if (typeof candidate !== 'object' || candidate === null) return false
  return calls.every((call) => typeof (candidate as Record<string, unknown>)[call] === 'function')
}
