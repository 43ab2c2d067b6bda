import type { Env, Logger } from '@ltx/env'
import type { Store } from '@ltx/replicator'
import type { Config, DatabaseConfig } from '../config/config.ts'
import type { ControlServer } from '../control/control-server.ts'
import { ManagedDatabases } from '../control/managed-databases.ts'
import { Troubles } from '../control/troubles.ts'
import { expandDirectories } from '../directory/expand-directories.ts'
import { describeEnd, endedWell, signalWord, startChild } from '../exec/child.ts'
import { signOfLife, type SignOfLife } from '../local/sign-of-life.ts'
import { logSettings } from '../log/log-settings.ts'
import { CommandError } from '../program/errors.ts'
import { exitCodeOf, type CommandIo } from '../program/io.ts'
import { storeSettings } from './engine-settings.ts'
import { makeDatabase } from './make-database.ts'
import { watchDirectories } from './watch-directories.ts'
import { logEvents } from './log-events.ts'
import { Monitoring } from './monitoring.ts'
import { openControl } from './open-control.ts'
import { openMcp } from './open-mcp.ts'
import { type Opening, openStore } from './open-store.ts'
import { restoreMissing } from './restore-missing.ts'
import { type OnceOptions, runOnce } from './run-once.ts'
import { SpareMemory } from './spare-memory.ts'
import { startVerifications } from './start-verifications.ts'
import { StopSignals } from './stop-signals.ts'

export interface ReplicateJob {
  readonly config: Config
  /** Restores every database that is missing, also those whose entry does not ask for it. */
  readonly restoreMissing: boolean
  /** The child's words; `null` without one. */
  readonly exec: readonly string[] | null
  /** Given: sync once and end. */
  readonly once: OnceOptions | null
  readonly env: Env
  readonly logger: Logger
  readonly io: CommandIo
}

/** What a daemon is made of. */
export interface Engine {
  readonly store: Store
  /** Tells `reset` of databases that sleep. */
  readonly life: SignOfLife
  readonly databases: ManagedDatabases
  readonly troubles: Troubles
  readonly monitoring: Monitoring
}

/**
 * Replicates until a signal, the child's end, or the one sync is done; then syncs a last time and closes.
 *
 * @returns The exit code.
 * @throws {CommandError} start-up failed, the child ended badly, the one sync failed
 */
export async function runReplicator(job: ReplicateJob): Promise<number> {
  const { io, logger, config } = job
  using stop = new StopSignals(io)
  logger.log('info', io.programName, { version: io.version, level: logSettings(config, io).level })
  if (config.databases.length === 0) logger.log('error', 'no databases in the configuration')
  const monitoring = await Monitoring.create(job)
  try {
    await restoreMissing({ ...job, all: job.restoreMissing }, stop.begun)
  } catch (error) {
    if (error !== stop.begun.reason) throw error
    const signal = await stop.first
    logger.log('info', 'shutting down', { signal: signalWord(signal) })
    return exitCodeOf(signal)
  }
  const included = await expandDirectories({ ...job, toFollow: true })
  const engine = await makeEngine(job, monitoring, included)
  const opening = await openEngine(job, engine, stop)
  const keepAlive = setInterval(() => {}, 2 ** 30)
  const memory = new SpareMemory()
  const control = await openControl(job, engine)
  await monitoring.start()
  const verifications = await startVerifications(job, engine)
  const mcp = await openMcp(job, engine)
  const watchers = job.once === null ? await watchDirectories(job, engine, included) : null
  try {
    return await untilStopped(job, engine.store, opening, stop)
  } finally {
    await watchers?.[Symbol.asyncDispose]()
    await mcp?.close()
    await verifications?.close()
    await closeEngine(engine, control, stop, logger)
    memory[Symbol.dispose]()
    clearInterval(keepAlive)
  }
}

async function makeEngine(
  job: ReplicateJob,
  monitoring: Monitoring,
  included: readonly DatabaseConfig[],
): Promise<Engine> {
  const { config, env, logger } = job
  const { Store } = await import('@ltx/replicator')
  const store = new Store({ env }, storeSettings(config, { once: job.once !== null }))
  const databases = new ManagedDatabases(store)
  const life = signOfLife(databases, job)
  const engine = { store, databases, troubles: new Troubles(), monitoring, life }
  monitoring.watch(store)
  store.on(logEvents(logger))
  store.on(engine.troubles.hear)
  if (job.once === null) store.on(life.hear)
  try {
    for (const database of included) await engine.databases.include(await makeDatabase(job, engine, database))
  } catch (cause) {
    await life[Symbol.asyncDispose]()
    throw new CommandError('cannot start', { cause })
  }
  return engine
}

/** @throws {CommandError} it has turned out that none of the databases can be followed */
async function openEngine(
  { config, env, logger }: ReplicateJob,
  { store, life }: Engine,
  stop: StopSignals,
): Promise<Opening> {
  const opening = await openStore(store, env.clock, stop.begun).catch(async (error: unknown) => {
    await life[Symbol.asyncDispose]()
    await store.close().catch(() => {}) // the failure to open is the one to tell
    throw error
  })
  if (!config.root.section('retention').isOn('enabled')) {
    logger.log('warn', 'retention is disabled: nothing is ever deleted from the replicas', {
      hint: 'let the storage delete old files by a rule of its own',
    })
  }
  return opening
}

/** A child is not ended because nothing can be followed: the log and those who watch are told. */
async function untilStopped(
  job: ReplicateJob,
  store: Store,
  { done }: Opening,
  stop: StopSignals,
): Promise<number> {
  if (job.exec !== null && stop.count === 0) return await superviseChild(job, job.exec, stop)
  const { logger, once } = job
  const work = done.then(async () => {
    if (once === null) return await stop.first
    await runOnce(store, once, logger)
    return 'done' as const
  })
  work.catch(() => {}) // after a signal nobody waits for it any more
  const outcome = await Promise.race([stop.first, work])
  if (outcome === 'done') return 0
  logger.log('info', 'shutting down', { signal: signalWord(outcome) })
  // Whoever waits for the one sync, or for the child, must not take half of it for all of it.
  return once === null && job.exec === null ? 0 : exitCodeOf(outcome)
}

/** Every signal goes on to the child; then we wait for it, however long it takes. */
async function superviseChild(
  { io, logger }: ReplicateJob,
  words: readonly string[],
  stop: StopSignals,
): Promise<number> {
  const child = await startChild(words, { environment: io.environment, directory: io.workingDirectory })
  void stop.first.then((signal) => {
    logger.log('info', 'shutting down when the child has ended', { signal: signalWord(signal) })
    child.signal(signal)
  })
  stop.onEach((signal) => {
    if (stop.count > 1) child.signal(stop.count > 2 ? 'SIGKILL' : signal)
  })
  const end = await child.ended
  logger.log('info', 'the child has ended', { result: describeEnd(end) })
  if (!endedWell(end, stop.count > 0)) throw new CommandError(describeEnd(end))
  return 0
}

/** Failures are logged only: what was asked for has been done, and an exit code could not say which database is behind. */
async function closeEngine(
  { store, databases, monitoring, life }: Engine,
  control: ControlServer | null,
  stop: StopSignals,
  logger: Logger,
): Promise<void> {
  monitoring.stopping()
  try {
    await control?.close().catch(() => {}) // a socket that is left behind keeps nobody from a last sync
    await store.close({ signal: stop.cutShort })
    await life[Symbol.asyncDispose]()
    await databases.closeClients()
    logger.log('info', 'shut down')
  } catch (error) {
    logger.log('error', 'the last sync did not finish; the next start goes on from there', {
      error: error instanceof Error ? error : String(error),
    })
  }
  await monitoring.close()
}
