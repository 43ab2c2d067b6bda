import type { DatabaseConfig } from '../config/config.ts'
import { databaseBelow } from '../config/database-below.ts'
import { ConfigError, placeOf } from '../config/errors.ts'
import { directoryRules } from '../directory/directory-rules.ts'
import { DirectoryWatcher, type DirectoryHost } from '../directory/directory-watcher.ts'
import { metaPathFor } from '../directory/expand-directories.ts'
import { TrackedFiles } from '../directory/tracked-files.ts'
import { makeDatabase } from './make-database.ts'
import type { Engine, ReplicateJob } from './run-replicator.ts'

/**
 * Watches the directories of all entries with `watch: true`. Call it once the Store is open.
 *
 * @param included The databases that the Store has from the configuration.
 */
export async function watchDirectories(
  job: ReplicateJob,
  engine: Engine,
  included: readonly DatabaseConfig[],
): Promise<AsyncDisposable> {
  const tracked = new TrackedFiles()
  const stopListening = engine.store.on((event) => {
    const hasLetGo = event.kind === 'replaced' || (event.kind === 'state' && event.state === 'absent')
    if (hasLetGo) tracked.forget(event.path)
  })
  const watchers = job.config.databases
    .filter((entry) => entry.directory !== '' && entry.section.isOn('watch'))
    .map((entry) => {
      const { env, config, io } = job
      return new DirectoryWatcher({
        rules: directoryRules(config, entry, io),
        host: hostOf(job, engine, entry),
        tracked,
        files: env.files,
        logger: job.logger.with({ dir: entry.directory }),
        known: included.filter(({ number }) => number === entry.number).map(({ path }) => path),
      })
    })
  for (const watcher of watchers) await watcher.start()
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(watchers.map((watcher) => watcher.close()))
      stopListening()
    },
  }
}

function hostOf(job: ReplicateJob, engine: Engine, entry: DatabaseConfig): DirectoryHost {
  const { databases } = engine
  const isNone = Symbol('no database')
  return {
    managedPaths: () => databases.all.map(({ path }) => path),
    isManaged: (path) => databases.get(path) !== null,
    async add(path, isDatabase, signal) {
      const make = async (): ReturnType<typeof makeDatabase> => {
        // eslint-disable-next-line no-throw-literal -- nothing went wrong
        if (!(await isDatabase())) throw isNone
        const database = databaseBelow(entry, path)
        refuseSharedState(job, engine, database)
        return await makeDatabase(job, engine, database)
      }
      try {
        return (await databases.add(path, make, signal)) === 'done' ? 'added' : 'already'
      } catch (error) {
        if (error === isNone) return 'no database'
        throw error
      }
    },
    remove: async (path, signal) => void (await databases.remove(path, signal)),
  }
}

function refuseSharedState({ config }: ReplicateJob, { databases }: Engine, database: DatabaseConfig): void {
  const metaPath = metaPathFor(database)
  const other = databases.all.find(
    ({ path, settings }) => metaPathFor({ path, metaPath: settings.metaPath ?? null }) === metaPath,
  )
  if (other === undefined) return
  const place = placeOf(config.file, database.section.line)
  throw new ConfigError(
    `${place}: ${other.path} and ${database.path} would keep their local state in one folder, ${metaPath}`,
  )
}
