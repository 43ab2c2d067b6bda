import { createHeader, encodeHeader } from '@ltx/format'
import { testThatTheSuiteNotices } from '../../../test/broken-clients.ts'
import { ClientError, isClientError } from '../errors.ts'
import type { ByteSource, FileKey } from '../replica-client.ts'
import { joined, TIME_MS } from './material.ts'

/** What comes of a source up to its failure. */
async function untilFailure(source: ByteSource): Promise<{ bytes: Uint8Array; failure: unknown }> {
  const parts: Uint8Array[] = []
  try {
    for await (const chunk of source()) parts.push(chunk.slice())
  } catch (failure) {
    return { bytes: joined(parts), failure }
  }
  return { bytes: joined(parts), failure: null }
}

/** A header for `file`, so that the sound client underneath takes whatever follows. */
function headerOf({ minTXID, maxTXID }: FileKey): Uint8Array {
  return encodeHeader(createHeader({ pageSize: 512, commit: 1, minTXID, maxTXID, timestampMs: TIME_MS }))
}

testThatTheSuiteNotices('writeFile', [
  {
    mistake: 'shows a file while it is being written',
    noticedBy: 'read while it is being written',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const seen: Uint8Array[] = []
        return await client.writeFile(
          file,
          async function* () {
            for await (const chunk of source()) {
              seen.push(chunk.slice())
              client.storage.put(file, joined(seen))
              yield chunk
            }
            client.storage.objects.clear()
          },
          options,
        )
      },
    }),
  },
  {
    mistake: 'stores what there is when the source fails (litestream#1263)',
    noticedBy: 'a source that fails',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const { bytes, failure } = await untilFailure(source)
        if (failure !== null && bytes.length >= 100) client.storage.put(file, bytes)
        if (failure !== null) throw failure
        return await client.writeFile(file, source, options)
      },
    }),
  },
  {
    mistake: 'takes an unexpected end of the source for its end',
    noticedBy: 'a source that fails',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const { bytes } = await untilFailure(source)
        return await client.writeFile(
          file,
          async function* () {
            yield bytes
          },
          options,
        )
      },
    }),
  },
  {
    mistake: "wraps the source's error in its own",
    noticedBy: 'a source that fails',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        try {
          return await client.writeFile(file, source, options)
        } catch (cause) {
          throw isClientError(cause)
            ? cause
            : new ClientError('CLIENT_UNEXPECTED', 'upload failed', { cause })
        }
      },
    }),
  },
  {
    mistake: 'leaves the name taken when the source fails',
    noticedBy: 'a source that fails',
    breaks: (client) => {
      const claimed = new Set<bigint>()
      return {
        async writeFile(file, source, options) {
          if (claimed.has(file.minTXID)) throw new ClientError('CLIENT_EXISTS', 'claimed')
          claimed.add(file.minTXID)
          return await client.writeFile(file, source, options)
        },
      }
    },
  },
  {
    mistake: 'keeps chunks that were only lent',
    noticedBy: 'chunks of one byte',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const parts: Uint8Array[] = []
        for await (const chunk of source()) parts.push(chunk)
        const bytes = joined(parts)
        const stored = Uint8Array.of(...headerOf(file), ...bytes.subarray(100))
        return await client.writeFile(
          file,
          async function* () {
            yield stored
          },
          options,
        )
      },
    }),
  },
  {
    mistake: 'takes an empty chunk for the end',
    noticedBy: 'empty chunks in between',
    breaks: (client) => ({
      writeFile: (file, source, options) =>
        client.writeFile(
          file,
          async function* () {
            for await (const chunk of source()) {
              if (chunk.length === 0) return
              yield chunk
            }
          },
          options,
        ),
    }),
  },
  {
    mistake: 'stores anything, whatever its header',
    noticedBy: 'short, without magic',
    breaks: (client) => ({
      async writeFile(file, source) {
        const { bytes } = await untilFailure(source)
        client.storage.put(file, bytes)
        return { ...file, size: bytes.length, createdAtMs: TIME_MS }
      },
    }),
  },
  {
    mistake: 'leaves the source of a bad file open',
    noticedBy: 'short, without magic',
    breaks: (client) => ({
      writeFile: (file, source, options) =>
        client.writeFile(
          file,
          () => {
            const iterator = source()[Symbol.asyncIterator]()
            return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) }
          },
          options,
        ),
    }),
  },
  {
    mistake: 'drops what does not fill a part',
    noticedBy: 'larger than one part',
    breaks: (client) => ({
      writeFile: (file, source, options) =>
        client.writeFile(
          file,
          async function* () {
            let parts = 0
            for await (const chunk of source()) if (parts++ === 0 || chunk.length >= 65_537) yield chunk
          },
          options,
        ),
    }),
  },
  {
    mistake: 'wants something after the header',
    noticedBy: 'a header and nothing else',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const { bytes } = await untilFailure(source)
        if (bytes.length <= 100) throw new ClientError('CLIENT_BAD_FILE', 'no pages')
        return await client.writeFile(file, source, options)
      },
    }),
  },
  {
    mistake: 'writes one file at a time and refuses others',
    noticedBy: 'a hundred at once',
    breaks: (client) => {
      let busy = false
      return {
        async writeFile(file, source, options) {
          if (busy) throw new ClientError('CLIENT_BUSY', 'one at a time')
          busy = true
          try {
            return await client.writeFile(file, source, options)
          } finally {
            busy = false
          }
        },
      }
    },
  },
  {
    mistake: 'returns the time of writing',
    noticedBy: 'a file → its name',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const written = await client.writeFile(file, source, options)
        return { ...written, createdAtMs: written.createdAtMs + 5 }
      },
    }),
  },
])
