import type { BlockingFiles } from '@ltx/env'
import { FileDecoder, type DecoderEvent } from '@ltx/format'

const READ_BYTES = 1024 * 1024

/**
 * Events of a local LTX file, verified to its end when the loop ends. Page bytes are borrowed until the next event.
 *
 * @throws {FormatError} when the file is damaged.
 */
export function* readLocalFile(files: BlockingFiles, path: string): Generator<DecoderEvent, void, undefined> {
  using handle = files.open(path, 'read')
  const decoder = new FileDecoder()
  let chunk = new Uint8Array(Math.min(READ_BYTES, Math.max(1, handle.stat().size)))
  for (let offset = 0; ;) {
    const length = handle.read(chunk, offset)
    if (length === 0) break
    offset += length
    decoder.push(chunk.subarray(0, length))
    yield* drain(decoder)
    chunk = new Uint8Array(chunk.length) // the decoder may keep what it was given
  }
  decoder.finishInput()
  yield* drain(decoder)
}

function* drain(decoder: FileDecoder): Generator<DecoderEvent, void, undefined> {
  for (let event = decoder.pull(); event !== null; event = decoder.pull()) yield event
}
