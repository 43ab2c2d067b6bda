import type { ReplicaClient } from '@ltx/client-core'
import type { ConformanceSubject } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { webdavClient, type WebdavClientOptions } from '../src/index.ts'
import type { FakeServer, Fault } from './fake-server.ts'
import type { FakeTree } from './fake-tree.ts'
import { PASSWORD, USER } from './fake-users.ts'

const FAULTS: Readonly<Record<'denied' | 'busy' | 'unreachable', Fault>> = {
  denied: { kind: 'status', status: 403 },
  busy: { kind: 'status', status: 503 },
  unreachable: { kind: 'cut' },
}

/** Files of more than this are sent as they come. */
export const BUFFER_BYTES: number = 256 * 1024

/** Where the replica is in its tree. */
export const ROOT = '/app/d b&1'

export function clientOf(
  server: FakeServer,
  name: string,
  more: Partial<WebdavClientOptions> = {},
): ReplicaClient {
  const user = server.users === null ? {} : { username: USER, password: PASSWORD }
  const common = { url: `${server.url}/${name}`, path: ROOT, ...user, env: nodeEnv() }
  return webdavClient({ ...common, bufferBytes: BUFFER_BYTES, timeoutMs: 10_000, ...more })
}

/** The client on trees of the fake. */
export function fakeSubject(server: FakeServer, oddities: FakeTree['oddities'] = {}): ConformanceSubject {
  const places = new WeakMap<ReplicaClient, ReturnType<FakeServer['newTree']>>()
  const placeOf = (client: ReplicaClient): ReturnType<FakeServer['newTree']> => {
    const place = places.get(client)
    if (place === undefined) throw new TypeError('not a client of this subject')
    return place
  }
  const make = (place: ReturnType<FakeServer['newTree']>): ReplicaClient => {
    const client = clientOf(server, place.name)
    places.set(client, place)
    return client
  }
  return {
    create: async () => {
      const place = server.newTree()
      Object.assign(place.tree.oddities, oddities)
      return make(place)
    },
    another: async (client) => make(placeOf(client)),
    putForeign: async (client, path, bytes) => placeOf(client).tree.store(`${ROOT}/${path}`, bytes),
    hasForeign: async (client, path) => placeOf(client).tree.has(`${ROOT}/${path}`),
    listRequests: (client) => placeOf(client).tree.count('PROPFIND'),
    failNext: async (client, failure) => server.fail(placeOf(client).tree, FAULTS[failure]),
    secrets: [PASSWORD, encodeURIComponent(PASSWORD)],
    lacks: { 'earliest-timestamps': 'the protocol keeps no metadata that every server has' },
  }
}
