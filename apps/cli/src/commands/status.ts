import { formatTxid } from '@ltx/format'
import type { DatabaseConfig } from '../config/config.ts'
import { expandPath } from '../config/expand-path.ts'
import { openConfig } from '../config/open-config.ts'
import { expandDirectories } from '../directory/expand-directories.ts'
import { CONFIG_FLAGS, JSON_FLAG } from '../flags/shared-flags.ts'
import { fileBytes, metaPathOf, newestLocalTxid } from '../local/local-state.ts'
import { jsonText } from '../print/json.ts'
import { tableText } from '../print/table.ts'
import { defineCommand, type Command } from '../program/command.ts'
import { checkedReplicas } from '../replica/checked-replicas.ts'
import { humanSize } from '../text/human-size.ts'

export const statusCommand: Command = defineCommand({
  forms: ['[flags] [DB_PATH]'],
  about: `Shows, for every database of the configuration file or for one of them, the newest transaction in its local LTX files and
the size of its WAL. Looks at local files only, never at the replica, and needs no running replicator.`,
  flags: { ...CONFIG_FLAGS, json: JSON_FLAG },
  examples: ['', '-json /path/to/app.db'],
  async run({ flags, positionals, io }) {
    const { config, logger } = await openConfig(flags, io, true)
    const databases = await expandDirectories({ config, io, logger, toFollow: false })
    const [filter = ''] = positionals
    const wanted = filter === '' ? null : expandPath(filter, io)
    await checkedReplicas(config, databases, io)
    const chosen = databases.filter(({ path }) => wanted === null || path === wanted)
    const rows: Row[] = []
    for (const database of chosen) rows.push(await statusOf(database))
    const header = ['database', 'status', 'local txid', 'wal size']
    io.stdout.write(
      flags.json
        ? jsonText(rows)
        : tableText(
            header,
            rows.map((row) => Object.values(row).map(String)),
          ),
    )
    return 0
  },
})

interface Row {
  readonly database: string
  readonly status: 'no database' | 'ok' | 'not initialized' | 'error'
  readonly local_txid: string
  readonly wal_size: string
}

async function statusOf({ path, metaPath }: DatabaseConfig): Promise<Row> {
  const databaseBytes = await fileBytes(path).catch(() => null)
  if (databaseBytes === null) return { database: path, status: 'no database', local_txid: '-', wal_size: '-' }
  const wal_size = await fileBytes(`${path}-wal`).then(
    (bytes) => humanSize(bytes ?? 0),
    () => '-',
  )
  try {
    const newest = await newestLocalTxid(metaPath ?? metaPathOf(path))
    if (newest === null) return { database: path, status: 'not initialized', local_txid: '-', wal_size }
    return { database: path, status: 'ok', local_txid: formatTxid(newest), wal_size }
  } catch {
    return { database: path, status: 'error', local_txid: '-', wal_size }
  }
}
