import { askDaemon } from '../control/control-client.ts'
import { type Flag, textFlag } from '../flags/flag.ts'
import { type SocketFlags, socketFlags } from '../flags/socket-flags.ts'
import { JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { type Command, defineCommand } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import { redactUrl } from '../text/redact-url.ts'
import { fieldLines, requireDatabase, requirePositiveTimeout } from './socket-verb.ts'

const EXAMPLE = '-replica s3://bucket/prefix'

const flags: SocketFlags & { readonly replica: Flag<string>; readonly json: Flag<boolean> } = {
  replica: textFlag('URL', 'where its replica is (required)'),
  ...socketFlags(30),
  json: JSON_FLAG,
}

export const registerCommand: Command = defineCommand({
  forms: ['-replica URL [flags] DB_PATH'],
  about: `Lets the running daemon replicate one more database, as if it stood in its configuration file with that URL: defaults for
replicas at the top level of the file count. The database need not exist yet. It is forgotten when the daemon ends.`,
  flags,
  examples: [`${EXAMPLE} /path/to/app.db`, '-replica file:///backup/app -json /path/to/app.db'],
  async run({ flags: { socket, timeout, replica, json }, positionals, io }) {
    const path = requireDatabase(positionals, `register ${EXAMPLE}`, io)
    if (replica === '') {
      const hint = `${io.programName} register ${EXAMPLE} /path/to/db`
      throw new CommandError('-replica is required', { hint })
    }
    requirePositiveTimeout(timeout)
    const body = { path, replica_url: replica }
    const { fields } = await askDaemon({ socket, timeout, endpoint: '/register', body }, io)
    const status = fields.text('status')
    const result = { status, db_path: fields.text('path'), replica: redactUrl(replica), socket }
    const shown = { ...result, status: status.replaceAll('_', ' ') }
    io.stdout.write(json ? jsonText(result) : fieldLines(shown))
    return 0
  },
})
