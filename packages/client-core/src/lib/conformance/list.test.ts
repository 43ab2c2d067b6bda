import { toTxid } from '@ltx/format'
import { testThatTheSuiteNotices } from '../../../test/broken-clients.ts'
import { collectFiles } from '../collect-files.ts'
import type { FileInfo } from '../replica-client.ts'

async function* rearranged(
  files: AsyncIterable<FileInfo>,
  change: (files: FileInfo[]) => FileInfo[],
): AsyncGenerator<FileInfo> {
  yield* change(await collectFiles(files))
}

testThatTheSuiteNotices('listFiles', [
  {
    mistake: 'lists in the order of names taken as decimal text',
    noticedBy: 'written out of order',
    breaks: (client) => ({
      listFiles: (level, options) =>
        rearranged(client.listFiles(level, options), (files) =>
          files.toSorted((a, b) => (String(a.minTXID) < String(b.minTXID) ? -1 : 1)),
        ),
    }),
  },
  {
    mistake: 'lists a file that straddles `from`',
    noticedBy: 'from a TXID',
    breaks: (client) => ({
      listFiles: (level, { from, ...options } = {}) =>
        rearranged(client.listFiles(level, options), (files) =>
          files.filter(({ maxTXID }) => from === undefined || maxTXID >= from),
        ),
    }),
  },
  {
    mistake: 'takes `from` for a prefix (litestream#1262)',
    noticedBy: 'several pages from the middle',
    breaks: (client) => ({
      listFiles: (level, { from, ...options } = {}) =>
        rearranged(client.listFiles(level, options), (files) =>
          files.filter(({ minTXID }) => from === undefined || minTXID === from),
        ),
    }),
  },
  {
    mistake: 'stops after the first page',
    noticedBy: 'several pages → every file once',
    breaks: (client) => ({
      listFiles: (level, options) =>
        rearranged(client.listFiles(level, options), (files) => files.slice(0, 2)),
    }),
  },
  {
    mistake: 'repeats the last file of a page',
    noticedBy: 'several pages → every file once',
    breaks: (client) => ({
      listFiles: (level, options) =>
        rearranged(client.listFiles(level, options), (files) =>
          files.flatMap((file, i) => (i === 1 ? [file, file] : [file])),
        ),
    }),
  },
  {
    mistake: 'fetches every page before the first file is taken',
    noticedBy: 'stopped on the first page',
    breaks: (client) => ({
      listFiles: (level, options) => rearranged(client.listFiles(level, options), (files) => files),
    }),
  },
  {
    mistake: 'keeps TXIDs as numbers',
    noticedBy: 'TXIDs beyond 2^53',
    breaks: (client) => ({
      listFiles: (level, options) =>
        rearranged(client.listFiles(level, options), (files) =>
          files.map((file) => ({
            ...file,
            minTXID: toTxid(BigInt.asUintN(64, BigInt(Number(file.minTXID)) - 1n)),
          })),
        ),
    }),
  },
  {
    mistake: 'lists everything whose name looks about right',
    noticedBy: 'other things beside the files',
    breaks: (client) => ({
      async *listFiles(level, options) {
        for (const path of client.storage.paths()) {
          const match = /([0-9a-f]{16})-([0-9a-f]{16})\.ltx$/i.exec(path)
          if (match === null || !path.includes(`${level}/`)) continue
          const [minTXID, maxTXID] = [toTxid(BigInt(`0x${match[1]}`)), toTxid(BigInt(`0x${match[2]}`))]
          yield { level, minTXID, maxTXID, size: 3, createdAtMs: 1 }
        }
        yield* client.listFiles(9, options)
      },
    }),
  },
  {
    mistake: 'lists level 1 together with level 0',
    noticedBy: 'ten levels',
    breaks: (client) => ({
      async *listFiles(level, options) {
        yield* client.listFiles(level, options)
        if (level === 1) yield* client.listFiles(0, options)
      },
    }),
  },
  {
    mistake: 'says that a level nothing was written to is missing',
    noticedBy: 'nothing written',
    breaks: (client) => ({
      async *listFiles(level, options) {
        const files = await collectFiles(client.listFiles(level, options))
        if (files.length === 0) throw new Error('no such directory')
        yield* files
      },
    }),
  },
  {
    mistake: 'rounds sizes to blocks',
    noticedBy: 'a listed file',
    breaks: (client) => ({
      listFiles: (level, options) =>
        rearranged(client.listFiles(level, options), (files) =>
          files.map((file) => ({ ...file, size: 512 })),
        ),
    }),
  },
  {
    mistake: 'takes any level',
    noticedBy: 'a level that does not exist',
    breaks: (client) => ({
      listFiles: (level, options) => client.listFiles(level === 10 ? 9 : level, options),
    }),
  },
])
