import { resolve } from 'node:path'
import { entryOf } from '../config/database-below.ts'
import { loadConfig, defaultConfigPath } from '../config/load-config.ts'
import { switchFlag } from '../flags/flag.ts'
import { CONFIG_FLAGS } from '../flags/shared-flags.ts'
import { fileBytes, localFiles, metaPathOf, removeLocalState } from '../local/local-state.ts'
import { withStateLock } from '../local/state-lock.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'

export const resetCommand: Command = defineCommand({
  forms: ['[flags] DB_PATH'],
  about: `Forgets the local replication state of a database: the next sync compares with nothing and takes a fresh snapshot. Neither the
database nor its replica is touched. For a state folder that is damaged or that belongs to an older copy of the database.`,
  examples: ['/path/to/app.db'],
  flags: { ...CONFIG_FLAGS, 'dry-run': switchFlag('only say what would be removed') },
  async run({ flags, positionals, io }) {
    const [argument = ''] = positionals
    if (argument === '') {
      throw new CommandError('database path required', { hint: `${io.programName} reset /path/to/db` })
    }
    atMost(positionals, 1)
    const path = resolve(io.workingDirectory, argument)
    if ((await fileBytes(path)) === null) throw new CommandError(`database file not found: ${path}`)
    const metaPath = await configuredMetaPath(path, flags, io)
    const print = (...lines: readonly string[]): void => io.stdout.write(`${lines.join('\n')}\n`)
    if ((await fileBytes(metaPath)) === null) {
      print(`Nothing to reset for: ${path}`, `There is no folder ${metaPath}`)
      return 0
    }
    if (flags['dry-run']) {
      const files = await localFiles(metaPath)
      print(
        `Dry run: this would reset the local replication state of: ${path}`,
        `It would remove: ${metaPath}/ltx, and what is noted about it beside it`,
      )
      if (files.length === 0) print('There are no files.')
      else print('Files:', ...files.map((file) => `  ${file}`), 'Nothing was removed.')
      return 0
    }
    await withStateLock(metaPath, async () => {
      print(`Resetting the local replication state of: ${path}`, `Removing: ${metaPath}/ltx`)
      await removeLocalState(metaPath)
    })
    print('Done. The next sync takes a fresh snapshot.')
    return 0
  },
})

/** The state folder of the database by the configuration file, where there is one and it knows the database; else the usual one. */
async function configuredMetaPath(
  path: string,
  flags: { readonly config: string; readonly 'no-expand-env': boolean },
  io: CommandIo,
): Promise<string> {
  const usual = metaPathOf(path)
  if (flags.config === '' && (await fileBytes(defaultConfigPath(io)).catch(() => null)) === null) return usual
  const config = await loadConfig({ path: flags.config, expand: !flags['no-expand-env'] }, io)
  return entryOf(config, path, io)?.metaPath ?? usual
}
