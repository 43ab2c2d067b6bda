import type { Header, KernelOptions } from '@ltx/format'
import { mergePages } from './merge-pages.ts'
import type { MergeSource } from './merge-source.ts'
import { mergedHeader, type HeaderOverrides } from './merged-header.ts'
import { openInputs } from './open-inputs.ts'
import type { SourceReader } from './source-reader.ts'

export interface MergeProgress {
  /** Pages of the result so far. */
  readonly pages: number
  /** Bytes of the sources so far. */
  readonly bytesRead: number
}

export interface MergeOptions extends KernelOptions {
  /** Once it fires, the merge rejects with `signal.reason` itself and the sources are closed. */
  readonly signal?: AbortSignal | undefined
  /** Called before each chunk. */
  readonly onProgress?: ((progress: MergeProgress) => void) | undefined
  /** Fields of the result's header to set instead of what the sources say. */
  readonly header?: HeaderOverrides | undefined
}

export interface MergeResult {
  readonly header: Header
  readonly pages: number
  /** Length of the result, in bytes. */
  readonly bytes: number
}

/**
 * Several LTX files as one: of each page the newest version, without pages beyond the last source's size. Compressed pages are
 * copied as they are.
 *
 * Chunks of about 256 KiB are owned by the caller. The last one, with the trailer, comes only when every source was read to
 * its end and found right: a failed merge never leaves a complete file behind.
 *
 * Memory: a chunk and a page for each of up to 64 sources. Of more sources, those up to 256 KiB (and what exceeds 32 larger
 * ones) are bundled in memory, 64 neighbours at a time, each page once and compressed; so limit the bytes of a merge of thousands.
 *
 * @param sources Oldest first; each opened once.
 * @throws {CompactorError} every code. What a source throws comes through as it is.
 * @throws {FormatError} `LTX_BAD_FIELD` for header overrides that cannot be.
 * @see superfly/ltx `Compactor`; litestream `Compactor.Compact`
 */
export async function* mergeFiles(
  sources: readonly MergeSource[],
  options: MergeOptions = {},
): AsyncGenerator<Uint8Array, MergeResult, undefined> {
  const { signal, kernels, onProgress } = options
  const opened: SourceReader[] = []
  try {
    signal?.throwIfAborted()
    const { inputs, first, last } = await openInputs(sources, { kernels, signal }, opened)
    const header = mergedHeader(first, last, options.header)
    const onPages = (pages: number): void => {
      signal?.throwIfAborted()
      onProgress?.({ pages, bytesRead: opened.reduce((sum, { bytesRead }) => sum + bytesRead, 0) })
    }
    return { header, ...(yield* mergePages(inputs, header, { kernels, onPages })) }
  } finally {
    await Promise.all(opened.map((reader) => reader.close()))
  }
}
