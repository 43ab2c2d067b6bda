import { createHeader, toTxid, type Header, type KernelOptions } from '@ltx/format'
import { InputChain } from './input-chain.ts'
import { MergeInput } from './merge-input.ts'
import { mergePages } from './merge-pages.ts'
import type { MergeSource } from './merge-source.ts'
import { SourceReader } from './source-reader.ts'

/** Up to this many inputs are simply read side by side. Of more, bundles of up to this many are made in memory. */
export const OPEN_INPUTS_MAX = 64
/** Among more than that, a larger input than this stays open, */
export const SMALL_INPUT_BYTES_MAX = 262_144
/** but no more than this many of them. */
export const LARGE_INPUTS_MAX = 32

export interface OpenOptions extends KernelOptions {
  readonly signal?: AbortSignal | undefined
}

export interface OpenedInputs {
  /** At their headers, oldest first. */
  readonly inputs: readonly MergeInput[]
  readonly first: Header
  readonly last: Header
}

/**
 * Opens the sources and checks that they follow one another.
 *
 * @param opened Gets every reader as soon as it exists; the caller closes them, also when this throws.
 * @throws {CompactorError} all codes but `COMPACT_INCOMPLETE` and `COMPACT_EMPTY`
 */
export async function openInputs(
  sources: readonly MergeSource[],
  options: OpenOptions,
  opened: SourceReader[],
): Promise<OpenedInputs> {
  const chain = new InputChain()
  const inputs: MergeInput[] = []
  const isMany = sources.length > OPEN_INPUTS_MAX
  for (let start = 0; start < sources.length; start += OPEN_INPUTS_MAX) {
    const batch = sources.slice(start, start + OPEN_INPUTS_MAX).map((source, i) => {
      const reader = new SourceReader(source.open(), options.signal)
      opened.push(reader)
      return {
        reader,
        input: new MergeInput(start + i, source.name ?? `input ${start + i + 1}`, reader, options),
      }
    })
    const started = await Promise.all(
      batch.map(async ({ reader, input }) => {
        const isWhole = isMany && (await reader.peek(SMALL_INPUT_BYTES_MAX))
        await input.readHeader()
        return { input, isWhole }
      }),
    )
    for (const { input } of started) chain.append(await input.readHeader(), input.name)
    if (!isMany) inputs.push(...started.map(({ input }) => input))
    else await bundleSmall(started, options, inputs)
  }
  return { inputs, ...chain.ends() }
}

/** Adds one batch to `inputs`: runs of small inputs as one bundle each, large ones as they are while there are few. */
async function bundleSmall(
  batch: readonly { readonly input: MergeInput; readonly isWhole: boolean }[],
  options: OpenOptions,
  inputs: MergeInput[],
): Promise<void> {
  let run: MergeInput[] = []
  const endRun = async (): Promise<void> => {
    if (run.length > 0) inputs.push(await bundled(run, options))
    run = []
  }
  for (const { input, isWhole } of batch) {
    if (isWhole || inputs.filter(({ isBundle }) => !isBundle).length >= LARGE_INPUTS_MAX) {
      run.push(input)
      continue
    }
    await endRun()
    inputs.push(input)
  }
  await endRun()
}

/**
 * Consecutive inputs as one, merged in memory and verified. It never leaves this process, so its header says only what lets
 * every page through: no page is dropped and none has to be there.
 */
async function bundled(run: readonly MergeInput[], options: OpenOptions): Promise<MergeInput> {
  const headers = await Promise.all(run.map((input) => input.readHeader()))
  const [{ pageSize }] = headers as [Header]
  const commit = Math.max(1, ...headers.map((header) => header.commit))
  const txid = toTxid(2n)
  const header = createHeader({ pageSize, commit, minTXID: txid, maxTXID: txid, timestampMs: 0 })
  const chunks: Uint8Array[] = []
  for await (const chunk of mergePages(run, header, options)) chunks.push(chunk)
  const { index, name } = run[0] as MergeInput
  const reader = new SourceReader(released(chunks), options.signal)
  const input = new MergeInput(index, `bundle from ${name}`, reader, options, true)
  await input.readHeader()
  return input
}

/** Gives up each chunk when the next one is asked for. */
async function* released(chunks: Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk
}
