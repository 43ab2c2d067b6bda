// A replicator in a process of its own, to be killed.
import type { FaultPlan } from '@ltx/client-core/faults'
import type { DatabaseState } from '@ltx/replicator'
import { serve, tell } from './lib/serve.ts'
import { startStore, type RunningStore, type StoreJob } from './lib/start-store.ts'

const [jobText = '{}'] = process.argv.slice(2)
let store: RunningStore | null = null

serve({
  async open() {
    store = await startStore(JSON.parse(jobText) as StoreJob, tell)
  },
  sync: () => opened().sync(),
  look: () => opened().look(),
  sleep: () => opened().sleep(),
  until: (state: DatabaseState) => opened().until(state),
  snapshot: () => opened().snapshot(),
  reset: () => opened().reset(),
  setFaults: (plan: FaultPlan, diskFaults: number) => opened().setFaults(plan, diskFaults),
  close: () => opened().close(),
})

function opened(): RunningStore {
  if (store === null) throw new Error('not open')
  return store
}
