import type { Logger } from './logger.ts'

/** A logger that says nothing. */
export const silentLogger: Logger = {
  log: () => {},
  with: () => silentLogger,
}
