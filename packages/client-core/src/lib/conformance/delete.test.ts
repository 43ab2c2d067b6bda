import { testThatTheSuiteNotices } from '../../../test/broken-clients.ts'
import { collectFiles } from '../collect-files.ts'
import { ClientError } from '../errors.ts'

testThatTheSuiteNotices('deletes', [
  {
    mistake: 'finds it an error that a file is gone already',
    noticedBy: 'missing files, the same one twice',
    breaks: (client) => ({
      async deleteFiles(files, options) {
        for (const file of files) {
          if (client.storage.get(file) === null) throw new ClientError('CLIENT_NOT_FOUND', 'gone')
          await client.deleteFiles([file], options)
        }
      },
    }),
  },
  {
    mistake: 'sends only the first batch',
    noticedBy: 'more than one batch',
    breaks: (client) => ({
      deleteFiles: (files, options) => client.deleteFiles(files.slice(0, 16), options),
    }),
  },
  {
    mistake: 'deletes every file that begins with the same TXID',
    noticedBy: 'some files',
    breaks: (client) => ({
      async deleteFiles(files, options) {
        for (const { level, minTXID } of files) {
          const listed = await collectFiles(client.listFiles(level))
          await client.deleteFiles(
            listed.filter((other) => other.minTXID === minTXID),
            options,
          )
        }
      },
    }),
  },
  {
    mistake: 'deletes all that is below its path (litestream DeleteAll)',
    noticedBy: 'deleteAll beside other things',
    breaks: (client) => ({ deleteAll: async () => client.storage.objects.clear() }),
  },
  {
    mistake: 'forgets the snapshots in deleteAll',
    noticedBy: 'deleteAll → every level',
    breaks: (client) => ({
      async deleteAll(options) {
        for (let level = 0; level < 9; level++) {
          await client.deleteFiles(await collectFiles(client.listFiles(level)), options)
        }
      },
    }),
  },
  {
    mistake: 'fails when there is nothing to delete',
    noticedBy: 'deleteAll of nothing',
    breaks: (client) => ({
      async deleteAll(options) {
        if (client.storage.objects.size === 0) throw new ClientError('CLIENT_NOT_FOUND', 'no such directory')
        await client.deleteAll(options)
      },
    }),
  },
])
