import type { Command } from '../program/command.ts'
import { stateCommand } from './change-state.ts'

export const startCommand: Command = stateCommand({
  verb: 'start',
  state: 'running',
  about: `Lets the running daemon replicate a database again that was stopped with 'stop', or that has failed. -timeout 0 waits however
long it takes.`,
})
