import type { ReplicaClient } from '../src/index.ts'
import type { ConformanceSubject } from '../src/conformance.ts'
import {
  memoryClient,
  type MemoryClient,
  type MemoryClientOptions,
  type MemoryStorage,
} from '../src/memory.ts'

const STATUS = { denied: 403, busy: 429, unreachable: 503 } as const

/** The memory client, or something around it, as a subject of the suite. Pages have two files. */
export function memorySubject(
  around: (client: MemoryClient) => ReplicaClient = (client) => client,
  options: MemoryClientOptions = {},
): ConformanceSubject {
  const storages = new WeakMap<ReplicaClient, MemoryStorage>()
  const make = (storage?: MemoryStorage): ReplicaClient => {
    const inner = memoryClient({ pageSize: 2, ...options, storage })
    const client = around(inner)
    storages.set(client, inner.storage)
    return client
  }
  const storageOf = (client: ReplicaClient): MemoryStorage => {
    const storage = storages.get(client)
    if (storage === undefined) throw new TypeError('not a client of this subject')
    return storage
  }
  return {
    create: async () => make(),
    another: async (client) => make(storageOf(client)),
    putForeign: async (client, path, bytes) => storageOf(client).put(path, bytes),
    hasForeign: async (client, path) => storageOf(client).get(path) !== null,
    listRequests: (client) => storageOf(client).requests.list,
    failNext: async (client, failure) => storageOf(client).failNext(STATUS[failure]),
    secrets: ['hunter2'],
    largeBytes: 200_001,
  }
}
