import type { ByteSource } from '@ltx/client-core'
import { FileDecoder } from '@ltx/format'

/**
 * The same bytes, decoded as they pass: a file that is damaged throws before its reader comes to its end, so that nobody stores it.
 *
 * @throws {FormatError} from the stream
 */
export function verifiedSource(source: ByteSource): ByteSource {
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
