import type { Command } from './command.ts'

export interface Verb {
  readonly summary: string
  /** The name to use instead; using this one prints a warning. Not shown in the help. */
  readonly deprecatedFor?: string
  load(): Promise<Command>
}

const ltx = async (): Promise<Command> => (await import('../commands/ltx.ts')).ltxCommand

/** Every verb, in alphabetical order. Each is loaded only when it is asked for. */
export const VERBS: Readonly<Record<string, Verb>> = {
  completion: {
    summary: 'print a script with which a shell completes this command',
    load: async () => (await import('../commands/completion.ts')).completionCommand,
  },
  config: {
    summary: 'check the configuration file, and print it as it counts',
    load: async () => (await import('../commands/config.ts')).configCommand,
  },
  databases: {
    summary: 'list the databases of the configuration file',
    load: async () => (await import('../commands/databases.ts')).databasesCommand,
  },
  doctor: {
    summary: 'try out whether a storage does what a replica needs',
    load: async () => (await import('../commands/doctor.ts')).doctorCommand,
  },
  info: {
    summary: 'say which daemon listens on the control socket',
    load: async () => (await import('../commands/info.ts')).infoCommand,
  },
  list: {
    summary: 'list the databases of the running daemon',
    load: async () => (await import('../commands/list.ts')).listCommand,
  },
  ltx: { summary: 'list the LTX files of a replica', load: ltx },
  mcp: {
    summary: 'serve an assistant over stdin and stdout (MCP)',
    load: async () => (await import('../commands/mcp.ts')).mcpCommand,
  },
  register: {
    summary: 'add a database to the running daemon',
    load: async () => (await import('../commands/register.ts')).registerCommand,
  },
  replicate: {
    summary: 'copy every change of a database to its replica, until stopped',
    load: async () => (await import('../commands/replicate.ts')).replicateCommand,
  },
  reset: {
    summary: 'forget the local replication state of a database',
    load: async () => (await import('../commands/reset.ts')).resetCommand,
  },
  restore: {
    summary: 'write a database back from its replica',
    load: async () => (await import('../commands/restore.ts')).restoreCommand,
  },
  start: {
    summary: 'replicate a stopped database again',
    load: async () => (await import('../commands/start.ts')).startCommand,
  },
  status: {
    summary: 'show what is known locally about each database',
    load: async () => (await import('../commands/status.ts')).statusCommand,
  },
  stop: {
    summary: 'sync a database a last time, and close it',
    load: async () => (await import('../commands/stop.ts')).stopCommand,
  },
  sync: {
    summary: 'sync a database now, or wait until it is in the replica',
    load: async () => (await import('../commands/sync.ts')).syncCommand,
  },
  unregister: {
    summary: 'take a database off the running daemon',
    load: async () => (await import('../commands/unregister.ts')).unregisterCommand,
  },
  verify: {
    summary: 'prove that a replica can be restored, by restoring it',
    load: async () => (await import('../commands/verify.ts')).verifyCommand,
  },
  version: {
    summary: 'print the version',
    load: async () => (await import('../commands/version.ts')).versionCommand,
  },
  wal: { summary: 'list the LTX files of a replica', deprecatedFor: 'ltx', load: ltx },
}
