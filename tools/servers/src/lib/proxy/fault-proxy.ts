import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CutStyle, Faults, ProxyCounts } from './faults.ts'
import { ProxiedConnection, type ProxyState } from './proxied-connection.ts'
import { seededRandom } from './seeded-random.ts'

const LISTEN_AGAIN_MS_MAX = 10_000

export interface FaultProxyOptions {
  /** Where the server listens. */
  readonly targetPort: number
  readonly targetHost?: string
  /** Of the jitter. */
  readonly seed?: number
}

/** A TCP server on 127.0.0.1 in front of another, which does harm to what passes. Leaving its scope closes it. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  readonly counts: Readonly<ProxyCounts>
  /** In place of those before, for connections that are open too. Counts of bytes for cuts and flips begin anew. */
  set(faults: Faults): void
  clear(): void
  /** Ends all connections that are open now. */
  killAll(how: CutStyle): void
  /** From now on nobody listens, and who is connected is thrown out. */
  refuse(): Promise<void>
  /** Listens again, on the same port. */
  accept(): Promise<void>
  close(): Promise<void>
}

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { targetPort, targetHost = '127.0.0.1', seed = 1 } = options
  const connections = new Set<ProxiedConnection>()
  const state: ProxyState = {
    counts: { connections: 0, openConnections: 0, bytesUp: 0, bytesDown: 0, cuts: 0, kills: 0, flips: 0 },
    random: seededRandom(seed),
    faults: {},
    epoch: 0,
    strikes: 0,
  }
  const set = (faults: Faults): void => {
    state.faults = faults
    state.epoch++
    state.strikes = 0
  }
  const onConnection = (client: Socket): void => {
    const server = connect({ port: targetPort, host: targetHost, allowHalfOpen: true })
    const connection = new ProxiedConnection(client, server, state, () => connections.delete(connection))
    connections.add(connection)
  }
  const killAll = (how: CutStyle): void => {
    for (const connection of connections) connection.kill(how)
    state.counts.kills += connections.size
  }
  let listener: Server | null = await listen(onConnection, 0)
  const { port } = listener.address() as AddressInfo
  const stopListening = async (): Promise<void> => {
    const stopped = listener
    listener = null
    const closed = stopped === null ? null : new Promise((resolve) => stopped.close(resolve))
    killAll('reset')
    await closed
  }
  return {
    port,
    counts: state.counts,
    set,
    clear: () => set({}),
    killAll,
    refuse: stopListening,
    accept: async () => {
      listener ??= await listen(onConnection, port)
    },
    close: stopListening,
    [Symbol.asyncDispose]: stopListening,
  }
}

/** Our own port may have been lent to some other connection meanwhile. */
async function listen(onConnection: (socket: Socket) => void, port: number): Promise<Server> {
  const start = performance.now()
  for (;;) {
    const server = createServer({ allowHalfOpen: true }, onConnection)
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening')
      return server
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!isTaken || performance.now() - start > LISTEN_AGAIN_MS_MAX) throw error
      await sleep(50)
    }
  }
}
