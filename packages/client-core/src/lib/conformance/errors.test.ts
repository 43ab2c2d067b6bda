import { testThatTheSuiteNotices } from '../../../test/broken-clients.ts'
import { ClientError, isClientError, type ClientErrorCode, type ClientErrorOptions } from '../errors.ts'
import type { ReplicaClient } from '../replica-client.ts'

interface Change extends ClientErrorOptions {
  readonly code?: ClientErrorCode
  readonly message?: string
}

/** A client whose errors are changed before anybody sees them. */
function withErrors(client: ReplicaClient, change: (error: ClientError) => Change): Partial<ReplicaClient> {
  const changed = (error: unknown): unknown => {
    if (!isClientError(error)) return error
    const { code = error.code, message = error.message, ...options } = change(error)
    return new ClientError(code, message, { cause: error.cause, files: error.files, ...options })
  }
  return {
    async *readFile(file, options) {
      try {
        yield* client.readFile(file, options)
      } catch (error) {
        throw changed(error)
      }
    },
    async deleteFiles(files, options) {
      try {
        await client.deleteFiles(files, options)
      } catch (error) {
        throw changed(error)
      }
    },
  }
}

testThatTheSuiteNotices('errors', [
  {
    mistake: 'reports a 403 as a missing file',
    noticedBy: 'no permission',
    breaks: (client) =>
      withErrors(client, ({ code }) => ({ code: code === 'CLIENT_DENIED' ? 'CLIENT_NOT_FOUND' : code })),
  },
  {
    mistake: 'wants a 403 tried again',
    noticedBy: 'no permission',
    breaks: (client) => withErrors(client, () => ({ advice: 'retry' })),
  },
  {
    mistake: 'gives up when it is throttled',
    noticedBy: 'throttled',
    breaks: (client) => withErrors(client, () => ({ advice: 'give-up' })),
  },
  {
    mistake: 'has no own word for a server that is away',
    noticedBy: 'unreachable',
    breaks: (client) => withErrors(client, () => ({ code: 'CLIENT_UNEXPECTED', advice: 'retry' })),
  },
  {
    mistake: 'throws the native error away',
    noticedBy: 'throttled',
    breaks: (client) => withErrors(client, () => ({ cause: undefined })),
  },
  {
    mistake: 'prints the password',
    noticedBy: 'no permission',
    breaks: (client) => withErrors(client, () => ({ message: 'user me, password hunter2: 403' })),
  },
  {
    mistake: 'does not say which files it could not delete',
    noticedBy: 'deletes that fail',
    breaks: (client) => withErrors(client, () => ({ files: [] })),
  },
  {
    mistake: 'has the password in its url',
    noticedBy: 'the url',
    breaks: () => ({ url: 'memory://me:hunter2@here/' }),
  },
])
