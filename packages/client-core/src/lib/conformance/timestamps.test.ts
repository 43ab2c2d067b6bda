import { testThatTheSuiteNotices } from '../../../test/broken-clients.ts'
import type { FileInfo } from '../replica-client.ts'
import { TIME_MS } from './material.ts'

async function* changed(
  files: AsyncIterable<FileInfo>,
  change: (file: FileInfo) => FileInfo,
): AsyncGenerator<FileInfo> {
  for await (const file of files) yield change(file)
}

testThatTheSuiteNotices('timestamps', [
  {
    mistake: 'keeps whole seconds (litestream on SFTP)',
    noticedBy: 'exact timestamps asked for',
    breaks: (client) => ({
      listFiles: (level, options) =>
        changed(client.listFiles(level, options), (file) => ({
          ...file,
          createdAtMs: Math.floor(file.createdAtMs / 1000) * 1000,
        })),
    }),
  },
  {
    mistake: 'stores a time as a double of seconds and reads it rounded down',
    noticedBy: 'exact timestamps asked for',
    breaks: (client) => ({
      listFiles: (level, options) =>
        changed(client.listFiles(level, options), (file) => ({
          ...file,
          createdAtMs: Math.floor((file.createdAtMs / 1000) * 1000 - 1e-4),
        })),
    }),
  },
  {
    mistake: 'says that plain listings are exact and lists the time of writing',
    noticedBy: 'abilities.listsExactTimestamps',
    breaks: (client) => ({
      listFiles: (level, options) =>
        changed(client.listFiles(level, options), (file) => ({ ...file, createdAtMs: TIME_MS })),
    }),
  },
  {
    mistake: 'lists fractions of a millisecond',
    noticedBy: 'a plain listing',
    breaks: (client) => ({
      listFiles: (level, options) =>
        changed(client.listFiles(level, options), (file) => ({
          ...file,
          createdAtMs: file.createdAtMs + 0.25,
        })),
    }),
  },
  {
    mistake: 'moves the time of a file that is written again',
    noticedBy: 'the same file written again',
    breaks: (client) => {
      let writes = 0
      return {
        async writeFile(file, source, options) {
          const written = await client.writeFile(file, source, options)
          return { ...written, createdAtMs: written.createdAtMs + writes++ }
        },
      }
    },
  },
  {
    mistake: 'keeps times in its own memory',
    noticedBy: 'asked of another client',
    breaks: (client) => {
      const times = new Map<bigint, number>()
      return {
        async writeFile(file, source, options) {
          const written = await client.writeFile(file, source, options)
          times.set(file.minTXID, written.createdAtMs)
          return written
        },
        listFiles: (level, options) =>
          changed(client.listFiles(level, options), (file) => ({
            ...file,
            createdAtMs: times.get(file.minTXID) ?? TIME_MS,
          })),
      }
    },
  },
  {
    mistake: 'lists the earliest time as the time of a file',
    noticedBy: 'the earliest time of a compaction',
    breaks: (client) => ({
      listFiles: (level, options) =>
        changed(client.listFiles(level, options), (file) => ({
          ...file,
          createdAtMs: file.earliestAtMs ?? file.createdAtMs,
        })),
    }),
  },
])
