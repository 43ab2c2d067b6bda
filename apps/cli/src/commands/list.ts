import type { AnswerFields } from '../control/answer-fields.ts'
import { askDaemon } from '../control/control-client.ts'
import type { Flag } from '../flags/flag.ts'
import { type SocketFlags, socketFlags } from '../flags/socket-flags.ts'
import { JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { atMost, type Command, defineCommand } from '../program/command.ts'
import { withoutFraction } from '../text/rfc3339.ts'
import { requirePositiveTimeout } from './socket-verb.ts'

const flags: SocketFlags & { readonly json: Flag<boolean> } = { ...socketFlags(10), json: JSON_FLAG }

export const listCommand: Command = defineCommand({
  forms: ['[flags]'],
  about: `Lists the databases of the running daemon, with their state: 'replicating', 'open' (with -once), 'stopped', 'waiting', when
there is no such file yet, 'missing', when it was there and is not, or 'failed', when somebody has to do something. The last sync is when
all that was captured was last known to be in the replica.`,
  flags,
  examples: ['', '-json'],
  async run({ flags: { socket, timeout, json }, positionals, io }) {
    atMost(positionals, 0)
    requirePositiveTimeout(timeout)
    const { fields } = await askDaemon({ socket, timeout, endpoint: '/list' }, io)
    const databases = fields.list('databases').map(rowOf)
    io.stdout.write(json ? jsonText({ databases }) : textOf(databases))
    return 0
  },
})

interface Row {
  readonly path: string
  readonly status: string
  readonly last_sync_at?: string
  readonly error?: string
}

function rowOf(fields: AnswerFields): Row {
  const lastSyncAt = fields.text('last_sync_at')
  const error = fields.text('error')
  return {
    path: fields.text('path'),
    status: fields.text('status'),
    ...(lastSyncAt === '' ? {} : { last_sync_at: lastSyncAt }),
    ...(error === '' ? {} : { error }),
  }
}

function textOf(databases: readonly Row[]): string {
  if (databases.length === 0) return 'No databases configured\n'
  return databases
    .map(({ path, status, last_sync_at: at, error }) => {
      const lastSync = at === undefined ? 'never' : withoutFraction(at)
      return `${path} [${status}] (last sync: ${lastSync})\n${error === undefined ? '' : `  error: ${error}\n`}`
    })
    .join('')
}
