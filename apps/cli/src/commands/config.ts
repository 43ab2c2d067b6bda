import type { Config } from '../config/config.ts'
import { type CheckedConfig, checkConfig } from '../config/check-config.ts'
import { schemaText } from '../config/config-schema.ts'
import { configYaml } from '../config/config-yaml.ts'
import { effectiveConfig } from '../config/effective-config.ts'
import { ConfigError } from '../config/errors.ts'
import { loadConfig } from '../config/load-config.ts'
import { type Flag, switchFlag } from '../flags/flag.ts'
import { CONFIG_FLAGS, JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { defineSubcommands } from '../program/subcommands.ts'
import { counted } from '../text/counted.ts'

interface CheckFlags {
  readonly [name: string]: Flag<unknown>
  readonly config: Flag<string>
  readonly 'no-expand-env': Flag<boolean>
  readonly json: Flag<boolean>
  readonly strict: Flag<boolean>
}

const checkFlags: CheckFlags = {
  ...CONFIG_FLAGS,
  json: JSON_FLAG,
  strict: switchFlag('a warning is a failure, too'),
}

const checkCommand: Command = defineCommand({
  forms: ['[flags]'],
  about: `Reads the configuration file as 'replicate' does, says what is wrong or odd about it, and prints it as it counts: variables
replaced, defaults filled in, secrets hidden. Nothing is made or contacted; for the storage itself there is 'doctor'.
Exit code 1 when 'replicate' could not use it.`,
  flags: checkFlags,
  examples: ['-config litestream.yml', '-strict -json -config /etc/litestream.yml'],
  async run({ flags, positionals, io }) {
    const [misplaced] = positionals
    if (misplaced !== undefined) {
      const hint = `${io.programName} config check -config ${misplaced}`
      throw new CommandError('too many arguments', { hint })
    }
    const { config, replicas, warnings } = await checked(flags, io).catch((error: unknown) => {
      if (error instanceof ConfigError) printWarnings(error.warnings, io)
      throw error
    })
    const effective = effectiveConfig(config, replicas, io)
    printWarnings(flags.json ? [] : warnings, io)
    io.stdout.write(
      flags.json
        ? jsonText({ file: config.file, warnings, configuration: effective })
        : configYaml(effective, `${config.file} as it counts. Secrets are hidden.`),
    )
    if (flags.strict && warnings.length > 0) {
      throw new CommandError(`${config.file}: ${counted(warnings.length, 'warning')}, and -strict takes none`)
    }
    return 0
  },
})

async function checked(
  flags: { readonly config: string; readonly 'no-expand-env': boolean },
  io: CommandIo,
): Promise<CheckedConfig & { readonly config: Config }> {
  const config = await loadConfig({ path: flags.config, expand: !flags['no-expand-env'] }, io)
  return { config, ...(await checkConfig(config, io)) }
}

function printWarnings(warnings: readonly string[], io: CommandIo): void {
  for (const warning of warnings) io.stderr.write(`Warning: ${warning}\n`)
}

const schemaCommand: Command = defineCommand({
  forms: [''],
  about: `Prints the JSON Schema of the configuration file, with which an editor completes keys, explains them and underlines mistakes.`,
  flags: {},
  examples: ['> litestream.schema.json'],
  run({ positionals, io }) {
    atMost(positionals, 0)
    io.stdout.write(schemaText())
    return Promise.resolve(0)
  },
})

export const configCommand: Command = defineSubcommands({
  about: 'The configuration file itself:',
  examples: ['check -config litestream.yml', 'schema > litestream.schema.json'],
  subcommands: {
    check: { summary: 'check the configuration file, and print it as it counts', command: checkCommand },
    schema: { summary: 'print its JSON Schema, for editors', command: schemaCommand },
  },
})
