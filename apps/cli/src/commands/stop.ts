import type { Command } from '../program/command.ts'
import { stateCommand } from './change-state.ts'

export const stopCommand: Command = stateCommand({
  verb: 'stop',
  state: 'stopped',
  about: `Lets the running daemon sync a database a last time and close it, as before an upgrade or a VACUUM INTO. The daemon keeps it in
its list, and 'start' or the daemon's next start goes on. A last sync that does not end within -timeout is an error; the database is
closed then all the same, and what is missing goes up later.`,
})
