import { testThatTheSuiteNotices } from '../../../test/broken-clients.ts'
import { ClientError } from '../errors.ts'
import type { CallOptions } from '../replica-client.ts'
import { readAll } from './material.ts'

function withoutSignal<Options extends CallOptions>(options: Options | undefined): Options {
  return { ...options, signal: undefined } as Options
}

testThatTheSuiteNotices('aborts', [
  {
    mistake: 'looks at the signal for the first page only',
    noticedBy: 'between two files of a listing',
    breaks: (client) => ({
      async *listFiles(level, options) {
        options?.signal?.throwIfAborted()
        yield* client.listFiles(level, withoutSignal(options))
      },
    }),
  },
  {
    mistake: "wraps the abort's reason",
    noticedBy: 'before the call',
    breaks: (client) => ({
      async deleteFiles(files, options) {
        try {
          await client.deleteFiles(files, options)
        } catch (cause) {
          throw new ClientError('CLIENT_UNEXPECTED', 'cannot delete', { cause })
        }
      },
    }),
  },
  {
    mistake: 'rejects with an AbortError of its own',
    noticedBy: 'in the middle of a body',
    breaks: (client) => ({
      async *readFile(file, options) {
        for await (const chunk of client.readFile(file, withoutSignal(options))) {
          yield chunk
          if (options?.signal?.aborted === true) throw new DOMException('aborted', 'AbortError')
        }
      },
    }),
  },
  {
    mistake: 'reads a body to its end, whatever the signal says',
    noticedBy: 'in the middle of a body',
    breaks: (client) => ({
      readFile: (file, options) => client.readFile(file, withoutSignal(options)),
    }),
  },
  {
    mistake: 'stores a file although it was told to stop',
    noticedBy: 'in the middle of a write',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        options?.signal?.throwIfAborted()
        const written = await client.writeFile(file, source, withoutSignal(options))
        options?.signal?.throwIfAborted()
        return written
      },
    }),
  },
  {
    mistake: 'waits for a source that hangs',
    noticedBy: 'while the source of a write hangs',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const bytes = await readAll(source())
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
    mistake: 'deletes although it was told not to',
    noticedBy: 'before the call',
    breaks: (client) => ({
      async deleteAll(options) {
        await client.deleteAll()
        options?.signal?.throwIfAborted()
      },
    }),
  },
  {
    mistake: 'undoes a write when the signal fires later',
    noticedBy: 'after the call',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const written = await client.writeFile(file, source, options)
        options?.signal?.addEventListener('abort', () => client.storage.objects.clear())
        return written
      },
    }),
  },
])
