import {
  observed,
  observedEach,
  type ByteSource,
  type ReplicaClient,
  type RequestObserver,
} from '@ltx/client-core'
import type { Clock } from '@ltx/env'

/**
 * A client whose calls are counted as if each were a request: for a directory, whose client makes none. Everything else is the client's
 * own.
 */
export function observeFileClient(
  client: ReplicaClient,
  observe: RequestObserver | undefined,
  clock: Clock,
): ReplicaClient {
  if (observe === undefined) return client
  const calls: Pick<ReplicaClient, 'listFiles' | 'readFile' | 'writeFile' | 'deleteFiles' | 'deleteAll'> = {
    listFiles: (level, options) =>
      observedEach(observe, clock, 'LIST', () => client.listFiles(level, options)),
    readFile: (file, options) =>
      observedEach(observe, clock, 'GET', async function* (bytes) {
        for await (const chunk of client.readFile(file, options)) {
          bytes.down += chunk.length
          yield chunk
        }
      }),
    writeFile: (file, source, options) =>
      observed(observe, clock, 'PUT', async (bytes) => {
        const counted: ByteSource = async function* () {
          for await (const chunk of source()) {
            bytes.up += chunk.length
            yield chunk
          }
        }
        return await client.writeFile(file, counted, options)
      }),
    deleteFiles: (files, options) =>
      observed(observe, clock, 'DELETE', () => client.deleteFiles(files, options)),
    deleteAll: (options) => observed(observe, clock, 'DELETE', () => client.deleteAll(options)),
  }
  return new Proxy(client, {
    get(target, name) {
      if (Object.hasOwn(calls, name)) return Reflect.get(calls, name) as unknown
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
