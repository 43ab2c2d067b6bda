import { askDaemon } from '../control/control-client.ts'
import { type Flag, switchFlag } from '../flags/flag.ts'
import { type SocketFlags, socketFlags } from '../flags/socket-flags.ts'
import { JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { type Command, defineCommand } from '../program/command.ts'
import { fieldLines, requireDatabase, requirePositiveTimeout } from './socket-verb.ts'

const flags: SocketFlags & { readonly 'dry-run': Flag<boolean>; readonly json: Flag<boolean> } = {
  ...socketFlags(30),
  'dry-run': switchFlag('say what would be done; the daemon is not asked'),
  json: JSON_FLAG,
}

export const unregisterCommand: Command = defineCommand({
  forms: ['[flags] DB_PATH'],
  about: `Lets the running daemon sync a database a last time, close it and take it off its list. Its replica stays as it is. One that
stands in the configuration file is back when the daemon starts again.`,
  flags,
  examples: ['/path/to/app.db', '-dry-run /path/to/app.db'],
  async run({ flags: given, positionals, io }) {
    const { socket, timeout, json } = given
    const path = requireDatabase(positionals, 'unregister', io)
    requirePositiveTimeout(timeout)
    if (given['dry-run']) {
      io.stdout.write(dryRunText(path, socket, timeout))
      return 0
    }
    const body = { path, timeout }
    const { fields } = await askDaemon({ socket, timeout, endpoint: '/unregister', body }, io)
    const result = {
      status: fields.text('status'),
      db_path: fields.text('path'),
      final_txid: fields.integer('txid'),
      socket,
    }
    io.stdout.write(json ? jsonText(result) : fieldLines(result))
    return 0
  },
})

function dryRunText(path: string, socket: string, timeout: number): string {
  return `Dry run: this would be unregistered:
  database: ${path}
  socket: ${socket}
  replicas: stay as they are
  final sync: everything committed until then
  timeout: ${timeout}s
Nothing was sent to the daemon.
`
}
