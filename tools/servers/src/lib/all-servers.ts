import type { ServerKind } from './server-kind.ts'
import { apache } from './servers/apache.ts'
import { azurite } from './servers/azurite.ts'
import { fakeGcsServer } from './servers/fake-gcs-server.ts'
import { natsServer } from './servers/nats-server.ts'
import { sshd } from './servers/sshd.ts'
import { versitygw } from './servers/versitygw.ts'

export const ALL_SERVERS: readonly ServerKind[] = [
  versitygw,
  fakeGcsServer,
  azurite,
  sshd,
  apache,
  natsServer,
]

/** The servers of those names, or all of them for none. */
export function serversNamed(names: readonly string[]): readonly ServerKind[] {
  const known = ALL_SERVERS.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new Error(`no server is called ${unknown.join(', ')}; there are ${known.join(', ')}`)
  }
  return names.length === 0 ? ALL_SERVERS : ALL_SERVERS.filter(({ name }) => names.includes(name))
}
