import { askDaemon } from '../control/control-client.ts'
import type { Flag } from '../flags/flag.ts'
import { type SocketFlags, socketFlags } from '../flags/socket-flags.ts'
import { JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { atMost, type Command, defineCommand } from '../program/command.ts'
import { formatDuration } from '../text/duration.ts'
import { withoutFraction } from '../text/rfc3339.ts'
import { requirePositiveTimeout } from './socket-verb.ts'

const flags: SocketFlags & { readonly json: Flag<boolean> } = { ...socketFlags(10), json: JSON_FLAG }

const NAMES = { ltx: 'ltx', litestream: 'Litestream' } as const

export const infoCommand: Command = defineCommand({
  forms: ['[flags]'],
  about: 'Says which daemon listens on the socket: its version, process, age, and how many databases it has.',
  flags,
  examples: ['', '-json'],
  async run({ flags: { socket, timeout, json }, positionals, io }) {
    atMost(positionals, 0)
    requirePositiveTimeout(timeout)
    const { fields } = await askDaemon({ socket, timeout, endpoint: '/info' }, io)
    const result = {
      version: fields.text('version'),
      pid: fields.integer('pid'),
      uptime_seconds: fields.integer('uptime_seconds'),
      started_at: fields.text('started_at'),
      database_count: fields.integer('database_count'),
    }
    const troubled = fields.integer('troubled_count')
    const note = troubled === 0n ? '' : ` (${troubled} failed, missing or yet to come; see list)`
    const text = `${NAMES[io.programName]} ${result.version}
  PID:        ${result.pid}
  Uptime:     ${formatDuration(Number(result.uptime_seconds) * 1000)}
  Started at: ${withoutFraction(result.started_at)}
  Databases:  ${result.database_count}${note}
`
    io.stdout.write(
      json ? jsonText(troubled === 0n ? result : { ...result, troubled_count: troubled }) : text,
    )
    return 0
  },
})
