import { askDaemon } from '../control/control-client.ts'
import { type Flag, switchFlag } from '../flags/flag.ts'
import { type SocketFlags, socketFlags } from '../flags/socket-flags.ts'
import { JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { type Command, defineCommand } from '../program/command.ts'
import { fieldLines, requireDatabase, requirePositiveTimeout } from './socket-verb.ts'

const flags: SocketFlags & { readonly wait: Flag<boolean>; readonly json: Flag<boolean> } = {
  ...socketFlags(30),
  wait: switchFlag('return when it is in the replica, not only in local files'),
  json: JSON_FLAG,
}

export const syncCommand: Command = defineCommand({
  forms: ['[flags] DB_PATH'],
  about: `Lets the running daemon sync a database now. With -wait it returns when everything that was committed before the call is in the
replica, and fails when that is not so within -timeout: a barrier for scripts that must not go on before. Callers at the same time
share one sync and one upload. Without -wait, changes are in local files when it returns, and go up by themselves.`,
  flags,
  examples: ['-wait /path/to/app.db', '-wait -timeout 120 -json /path/to/app.db'],
  async run({ flags: { socket, timeout, wait, json }, positionals, io }) {
    const path = requireDatabase(positionals, 'sync', io)
    requirePositiveTimeout(timeout)
    const body = { path, wait, timeout }
    const hints = { 409: `${io.programName} start ${path}` }
    const call = { socket, timeout, endpoint: '/sync', body, hints }
    const { fields, elapsedMs } = await askDaemon(call, io)
    const result = {
      db_path: fields.text('path'),
      txid: fields.integer('txid'),
      ...(wait ? { replica_txid: fields.integer('replicated_txid') } : {}),
      duration_ms: elapsedMs,
    }
    io.stdout.write(json ? jsonText(result) : fieldLines(result))
    return 0
  },
})
