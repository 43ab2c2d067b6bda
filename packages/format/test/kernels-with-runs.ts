import { createKernels, lz4Bound, type FrameRuns, type Kernels } from '@ltx/kernels'

/** Kernels that have runs wherever the tests run: the addon's where it is, else made of calls a page each. */
export function kernelsWithRuns(): Kernels {
  const kernels = createKernels()
  const inner = kernels.runs ?? slowRuns(kernels)
  const runs: FrameRuns = {
    cores: 8, // enough to be used, whatever this machine has
    encodeFrames: (...given) => inner.encodeFrames(...given),
    encodeScattered: (...given) => inner.encodeScattered(...given),
    decodeFrames: (...given) => inner.decodeFrames(...given),
  }
  return { ...pagewise(kernels), runs }
}

/** The same without runs. */
export function kernelsWithoutRuns(): Kernels {
  return pagewise(createKernels())
}

function pagewise(kernels: Kernels): Kernels {
  return {
    implementation: kernels.implementation,
    crc64: kernels.crc64.bind(kernels),
    compressBlock: kernels.compressBlock.bind(kernels),
    decompressBlock: kernels.decompressBlock.bind(kernels),
    walChecksum: kernels.walChecksum.bind(kernels),
    encodePageFrame: kernels.encodePageFrame.bind(kernels),
    decodePageFrame: kernels.decodePageFrame.bind(kernels),
    pageChecksum: kernels.pageChecksum.bind(kernels),
    pageChecksums: kernels.pageChecksums.bind(kernels),
    checkWalFrames: kernels.checkWalFrames.bind(kernels),
  }
}

/** As slow as can be, and as the interface says. */
export function slowRuns(kernels: Kernels): FrameRuns {
  return {
    cores: 8,
    async decodeFrames(previous, source, pageSize, target) {
      await Promise.resolve()
      const checksum = { value: previous }
      const view = new DataView(source.buffer, source.byteOffset, source.length)
      let [frames, bytes, sum] = [0, 0, previous]
      while ((frames + 1) * pageSize <= target.length && bytes + 10 <= source.length) {
        const end = bytes + 10 + view.getUint32(bytes + 6)
        if (view.getUint32(bytes) === 0 || view.getUint16(bytes + 4) !== 1 || end > source.length) break
        const frame = source.subarray(bytes, end)
        if (!kernels.decodePageFrame(checksum, frame, pageSize, target, frames * pageSize)) break
        frames++
        bytes = end
        sum = checksum.value
      }
      return { frames, bytes, sum }
    },
    async encodeFrames(previous, first, pages, pageSize, ...rest) {
      await Promise.resolve()
      const count = pages.length / pageSize
      const numbers = Uint32Array.from({ length: count }, (_, index) => first + index)
      const offsets = Uint32Array.from({ length: count }, (_, index) => index * pageSize)
      return this.encodeScattered(previous, numbers, pages, offsets, pageSize, ...rest)
    },
    encodeScattered(previous, numbers, source, offsets, pageSize, target, targetStart, sizes) {
      const checksum = { value: previous }
      let bytes = 0
      for (const [i, number] of numbers.entries()) {
        const page = source.subarray(offsets[i], offsets[i]! + pageSize)
        if (targetStart + bytes + 10 + lz4Bound(pageSize) > target.length) throw new RangeError('no room')
        const size = kernels.encodePageFrame(checksum, number, page, target, targetStart + bytes)
        sizes[i] = size
        bytes += size
      }
      return { bytes, sum: checksum.value }
    },
  }
}
