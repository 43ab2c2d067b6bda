import { askDaemon } from '../control/control-client.ts'
import { type SocketFlags, socketFlags } from '../flags/socket-flags.ts'
import { JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { type Command, defineCommand } from '../program/command.ts'
import { fieldLines, requireDatabase } from './socket-verb.ts'

export interface StateChange {
  readonly verb: 'start' | 'stop'
  /** What the database is afterwards. */
  readonly state: 'running' | 'stopped'
  readonly about: string
}

const flags: SocketFlags & { readonly json: typeof JSON_FLAG } = { ...socketFlags(30), json: JSON_FLAG }

/** `start` and `stop`, which are the same but for their words. */
export function stateCommand({ verb, state, about }: StateChange): Command {
  return defineCommand({
    forms: ['[flags] DB_PATH'],
    about,
    flags,
    examples: ['/path/to/app.db', '-json -timeout 60 /path/to/app.db'],
    async run({ flags: { socket, timeout, json }, positionals, io }) {
      const path = requireDatabase(positionals, verb, io)
      const body = { path, ...(timeout > 0 ? { timeout } : {}) }
      const { fields } = await askDaemon({ socket, timeout, endpoint: `/${verb}`, body }, io)
      const result = {
        status: fields.text('status'),
        db_path: fields.text('path'),
        state,
        txid: fields.integer('txid'),
        socket,
      }
      io.stdout.write(json ? jsonText(result) : fieldLines(result))
      return 0
    },
  })
}
