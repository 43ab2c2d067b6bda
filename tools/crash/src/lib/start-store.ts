import { setTimeout as sleep } from 'node:timers/promises'
import { withFaults, type FaultPlan } from '@ltx/client-core/faults'
import { fileClient } from '@ltx/client-file'
import {
  Store,
  type DatabaseSettings,
  type DatabaseState,
  type ReplicatorEvent,
  type SqliteDriver,
  type StoreSettings,
} from '@ltx/replicator'
import { hostileEnv, type Hostility } from './hostile-env.ts'

export interface StoreJob {
  readonly database: string
  readonly replica: string
  readonly driver: 'better-sqlite3' | 'node:sqlite'
  readonly workers: 'threads' | 'in-process'
  readonly settings?: Partial<DatabaseSettings>
  readonly store?: Partial<StoreSettings>
  /** How the way to the replica fails, from the beginning. */
  readonly faults?: FaultPlan
  readonly hostility?: Hostility
}

export interface RunningStore {
  /** @returns the TXID that holds everything committed before the call, in the replica. */
  sync(): Promise<bigint>
  /** What the slow poll does. */
  look(): Promise<void>
  sleep(): Promise<boolean>
  /** Resolves when the database is in this state. */
  until(state: DatabaseState): Promise<void>
  snapshot(): Promise<void>
  reset(): Promise<void>
  /** From now on the way to the replica fails like this, and the disk so often. */
  setFaults(plan: FaultPlan, diskFaults: number): void
  close(): Promise<void>
}

/** Follows one database into a replica on the disk. */
export async function startStore(
  job: StoreJob,
  onEvent: (event: ReplicatorEvent) => void,
): Promise<RunningStore> {
  const { env, setDiskFaults } = hostileEnv(job.hostility)
  const driver = job.workers === 'threads' ? job.driver : await driverObject(job.driver)
  const store = new Store({ env, driver }, { workers: job.workers, ...job.store })
  store.on(onEvent)
  const client = withFaults(fileClient({ path: job.replica, env }), env, job.faults ?? {})
  const settings = { dormantAfterMs: 0, syncIntervalMs: 20, ...job.settings }
  const database = await store.addDatabase({ path: job.database, client, settings })
  await store.open()
  return {
    sync: async () => (await database.sync()).txid,
    look: () => database.look(),
    sleep: () => database.sleep(),
    until: async (state) => {
      while (database.status().state !== state) await sleep(20)
    },
    snapshot: async () => void (await database.snapshot()),
    reset: () => database.reset(),
    setFaults: (plan, diskFaults) => {
      client.setPlan(plan)
      setDiskFaults(diskFaults)
    },
    close: async () => {
      await store.close()
      await client.close()
    },
  }
}

async function driverObject(name: StoreJob['driver']): Promise<SqliteDriver> {
  if (name === 'node:sqlite') return (await import('@ltx/replicator/node-sqlite')).nodeSqliteDriver()
  return (await import('@ltx/replicator/better-sqlite3')).betterSqlite3Driver()
}
