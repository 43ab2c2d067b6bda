import type { ReplicaClient } from '@ltx/client-core'
import type { ConformanceSubject } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { absClient, type AbsClientOptions } from '../src/index.ts'
import { ACCOUNT, ACCOUNT_KEY } from './check-signature.ts'
import type { FakeContainer } from './fake-blobs.ts'
import type { FakeServer, Fault } from './fake-server.ts'

const FAULTS: Readonly<Record<'denied' | 'busy' | 'unreachable', Fault>> = {
  denied: { kind: 'refuse', status: 403, code: 'AuthorizationPermissionMismatch' },
  busy: { kind: 'refuse', status: 503, code: 'ServerBusy' },
  unreachable: { kind: 'cut' },
}

/** Files of more than this go up in blocks. */
export const PART_BYTES: number = 256 * 1024

export function clientOf(
  server: FakeServer,
  container: FakeContainer,
  more: Partial<AbsClientOptions> = {},
): ReplicaClient {
  const access = { account: ACCOUNT, accountKey: ACCOUNT_KEY, endpoint: server.url }
  const common = { container: container.name, path: 'app/db', env: nodeEnv(), partBytes: PART_BYTES }
  return absClient({ ...access, ...common, timeoutMs: 10_000, ...more })
}

/** The client on containers of the fake. */
export function fakeSubject(server: FakeServer): ConformanceSubject {
  const containers = new WeakMap<ReplicaClient, FakeContainer>()
  const containerOf = (client: ReplicaClient): FakeContainer => {
    const container = containers.get(client)
    if (container === undefined) throw new TypeError('not a client of this subject')
    return container
  }
  const make = (container: FakeContainer): ReplicaClient => {
    const client = clientOf(server, container)
    containers.set(client, container)
    return client
  }
  return {
    create: async () => make(server.newContainer()),
    another: async (client) => make(containerOf(client)),
    putForeign: async (client, path, bytes) =>
      void containerOf(client).put(`app/db/${path}`, Buffer.from(bytes)),
    hasForeign: async (client, path) => containerOf(client).blobs.has(`app/db/${path}`),
    listRequests: (client) => containerOf(client).count('LIST'),
    failNext: async (client, failure) => server.fail(containerOf(client), FAULTS[failure]),
    secrets: [ACCOUNT_KEY],
  }
}
