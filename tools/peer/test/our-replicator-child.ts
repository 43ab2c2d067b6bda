// Started by our-replicator.ts: our engine with one database, in worker threads as in the command.
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { Store, type ReplicatorEvent } from '@ltx/replicator'
import { serveCalls } from './child-calls.ts'
import type { OurStart } from './our-replicator.ts'

let store: Store | null = null
const events: ReplicatorEvent[] = []

serveCalls({
  open: async ({ database, replica, settings, storeSettings }: OurStart) => {
    const env = nodeEnv()
    store = new Store({ env }, storeSettings)
    store.on((event) => events.push(event))
    await store.addDatabase({ path: database, client: fileClient({ path: replica, env }), settings })
    await store.open()
  },
  sync: async () => (await followed().sync()).txid,
  snapshot: async () => (await followed().snapshot())?.file,
  compact: (level: number) => followed().compact(level),
  enforceRetention: () => followed().enforceRetention(),
  reset: () => followed().reset(),
  events: () => events,
  close: () => store?.close(),
})

function followed(): Store['databases'][number] {
  const [database] = store?.databases ?? []
  if (database === undefined) throw new Error('nothing is replicated')
  return database
}
