import { testThatTheSuiteNotices } from '../../../test/broken-clients.ts'
import { ClientError } from '../errors.ts'

testThatTheSuiteNotices('close', [
  {
    mistake: 'goes on after close',
    noticedBy: 'every call afterwards',
    breaks: () => ({ close: async () => undefined }),
  },
  {
    mistake: 'does not look when there is nothing to delete',
    noticedBy: 'every call afterwards',
    breaks: (client) => ({
      async deleteFiles(files, options) {
        if (files.length > 0) await client.deleteFiles(files, options)
      },
    }),
  },
  {
    mistake: 'can be closed once',
    noticedBy: 'twice, and disposed of',
    breaks: (client) => {
      let closed = false
      return {
        async close() {
          if (closed) throw new ClientError('CLIENT_CLOSED', 'closed')
          closed = true
          await client.close()
        },
      }
    },
  },
  {
    mistake: 'cannot be closed before it was used',
    noticedBy: 'without a call before',
    breaks: (client) => ({
      async close() {
        if (client.storage.requests.put === 0) throw new TypeError('no connection')
        await client.close()
      },
    }),
  },
  {
    mistake: 'is still open after `await using`',
    noticedBy: 'left by `await using`',
    breaks: () => ({ [Symbol.asyncDispose]: async () => undefined }),
  },
  {
    mistake: 'ends a body early, as if it were complete',
    noticedBy: 'in the middle of a body',
    breaks: (client) => ({
      async *readFile(file, options) {
        try {
          yield* client.readFile(file, options)
        } catch {
          // the connection is gone: that must have been all
        }
      },
    }),
  },
  {
    mistake: 'connects twice and stumbles over itself',
    noticedBy: 'init twice',
    breaks: (client) => {
      let connecting = false
      return {
        async init(options) {
          if (connecting) throw new ClientError('CLIENT_BUSY', 'connecting already')
          connecting = true
          await client.init(options)
        },
      }
    },
  },
  {
    mistake: 'deletes everything at close',
    noticedBy: 'opened again by another client',
    breaks: (client) => ({
      async close() {
        client.storage.objects.clear()
        await client.close()
      },
    }),
  },
])
