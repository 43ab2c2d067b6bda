import { testThatTheSuiteNotices } from '../../../test/broken-clients.ts'
import { ClientError, isClientError } from '../errors.ts'
import { readAll } from './material.ts'

testThatTheSuiteNotices('readFile', [
  {
    mistake: 'takes the end of a range for the last byte',
    noticedBy: 'every start and end',
    breaks: (client) => ({
      readFile: (file, { end, ...options } = {}) =>
        client.readFile(file, end === undefined ? options : { ...options, end: end + 1 }),
    }),
  },
  {
    mistake: 'reads the whole file for an end of 0',
    noticedBy: 'at or past the end',
    breaks: (client) => ({
      readFile: (file, { end, ...options } = {}) =>
        client.readFile(file, end === undefined || end === 0 ? options : { ...options, end }),
    }),
  },
  {
    mistake: 'passes on the 416 of a range past the end',
    noticedBy: 'at or past the end',
    breaks: (client) => ({
      async *readFile(file, options = {}) {
        const bytes = await readAll(client.readFile(file, options))
        if ((options.start ?? 0) > 0 && bytes.length === 0) throw new ClientError('CLIENT_UNEXPECTED', '416')
        yield bytes
      },
    }),
  },
  {
    mistake: 'fails when the end of a range is past the end',
    noticedBy: 'an end past the end',
    breaks: (client) => ({
      async *readFile(file, options = {}) {
        if ((options.end ?? 0) > 100_000) throw new ClientError('CLIENT_UNEXPECTED', 'short read')
        yield* client.readFile(file, options)
      },
    }),
  },
  {
    mistake: 'ignores the start of an open range',
    noticedBy: 'stopped after a chunk and resumed',
    breaks: (client) => ({
      readFile: (file, { start, ...options } = {}) =>
        client.readFile(file, options.end === undefined ? options : { ...options, start }),
    }),
  },
  {
    mistake: 'hands out one buffer again and again',
    noticedBy: 'a whole file',
    breaks: (client) => ({
      async *readFile(file, options) {
        const buffer = new Uint8Array(100_000)
        for await (const chunk of client.readFile(file, options)) {
          buffer.set(chunk)
          yield buffer.subarray(0, chunk.length)
        }
      },
    }),
  },
  {
    mistake: 'loses the last chunk',
    noticedBy: 'parts of a large file',
    breaks: (client) => ({
      async *readFile(file, options) {
        let last: Uint8Array | null = null
        let chunks = 0
        for await (const chunk of client.readFile(file, options)) {
          if (last !== null) yield last
          last = chunk
          chunks++
        }
        if (last !== null && chunks < 2) yield last
      },
    }),
  },
  {
    mistake: 'has no own word for a missing file',
    noticedBy: 'missing file, range, level',
    breaks: (client) => ({
      async *readFile(file, options) {
        try {
          yield* client.readFile(file, options)
        } catch (error) {
          throw isClientError(error, 'CLIENT_NOT_FOUND') ? new ClientError('CLIENT_UNEXPECTED', '404') : error
        }
      },
    }),
  },
  {
    mistake: 'says that a range of a missing file is empty',
    noticedBy: 'missing file, range, level',
    breaks: (client) => ({
      async *readFile(file, options = {}) {
        try {
          yield* client.readFile(file, options)
        } catch (error) {
          if (options.start === undefined) throw error
        }
      },
    }),
  },
  {
    mistake: 'runs out of connections because a stopped read keeps one',
    noticedBy: 'stopped a hundred times',
    breaks: (client) => {
      let open = 0
      return {
        async *readFile(file, options) {
          if (++open > 20) throw new ClientError('CLIENT_BUSY', 'too many connections')
          yield* client.readFile(file, options)
          open--
        },
      }
    },
  },
  {
    mistake: 'has one connection, which a second read takes over',
    noticedBy: 'ten reads of one file at once',
    breaks: (client) => {
      let newest = 0
      return {
        async *readFile(file, options) {
          const mine = ++newest
          for await (const chunk of client.readFile(file, options)) {
            if (mine !== newest) return
            yield chunk
          }
        },
      }
    },
  },
])
