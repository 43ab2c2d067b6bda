import type { ByteSource } from '@ltx/client-core'
import { FileDecoder, FormatError } from '@ltx/format'
import { sharedKernels } from '@ltx/kernels'

/**
 * The same bytes, proven as they pass: a file that is damaged throws before its reader comes to its end, so that nobody stores it. Where it
 * is known what was written, that is compared, else the file is decoded.
 *
 * @param writtenChecksum CRC-64 of all its bytes; `null`: not known.
 * @throws {FormatError} from the stream
 */
export function verifiedSource(source: ByteSource, writtenChecksum: bigint | null = null): ByteSource {
  return writtenChecksum === null ? decodedSource(source) : comparedSource(source, writtenChecksum)
}

function comparedSource(source: ByteSource, writtenChecksum: bigint): ByteSource {
  return async function* read() {
    const kernels = sharedKernels()
    let checksum = 0n
    let bytes = 0
    for await (const chunk of source()) {
      checksum = kernels.crc64(checksum, chunk)
      bytes += chunk.length
      yield chunk
    }
    if (checksum !== writtenChecksum)
      throw new FormatError('LTX_CHECKSUM_MISMATCH', bytes, 'the file is not as it was written')
  }
}

function decodedSource(source: ByteSource): ByteSource {
  return async function* read() {
    const decoder = new FileDecoder()
    for await (const chunk of source()) {
      decoder.push(chunk)
      drain(decoder) // borrows the chunk no longer
      yield chunk
    }
    decoder.finishInput()
    drain(decoder)
  }
}

function drain(decoder: FileDecoder): void {
  while (decoder.pull() !== null);
}
