import { openConfig } from '../config/open-config.ts'
import { expandDirectories } from '../directory/expand-directories.ts'
import { CONFIG_FLAGS, JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { tableText } from '../print/table.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { checkedReplicas } from '../replica/checked-replicas.ts'

export const databasesCommand: Command = defineCommand({
  forms: ['[flags]'],
  about:
    'Lists the databases of the configuration file, those in its directories included, and the type of their replicas.',
  flags: { ...CONFIG_FLAGS, json: JSON_FLAG },
  examples: ['', '-json -config /etc/litestream.yml'],
  async run({ flags, positionals, io }) {
    atMost(positionals, 0)
    const { config, logger } = await openConfig(flags, io, true)
    const databases = await expandDirectories({ config, io, logger, toFollow: false })
    const replicas = await checkedReplicas(config, databases, io)
    const rows = databases.map(({ path }, index) => ({ path, replica: replicas[index]?.type ?? '' }))
    const text = flags.json
      ? jsonText(rows)
      : tableText(
          ['path', 'replica'],
          rows.map(({ path, replica }) => [path, replica]),
        )
    io.stdout.write(text)
    return 0
  },
})
