/** The two signals that ask the program to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM'

/** One of the two places text goes. Writing to a pipe that nobody reads is no error: the text is dropped. */
export interface Output {
  write(text: string): void
  readonly isTerminal: boolean
  /** For what draws on a terminal by itself. */
  readonly stream: NodeJS.WritableStream
}

/** The process as a command sees it; tests give another one. */
export interface CommandIo {
  /** As the program was called; messages and hints use it. */
  readonly programName: 'ltx' | 'litestream'
  readonly version: string
  readonly stdout: Output
  readonly stderr: Output
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Relative paths are resolved against it. */
  readonly workingDirectory: string
  readonly platform: NodeJS.Platform
  readonly processId: number
  /** The process is there for this command alone: nobody is kept waiting when it blocks. */
  readonly ownsProcess: boolean
  /** The file that the integrity check runs in a process of its own. */
  readonly checkScript: string
  /** The current user's home: what the system says, else `$HOME`. */
  homeDirectory(): string
  /** Calls `listener` for every signal until the returned function is called. Without a listener a signal ends the process. */
  onSignal(listener: (signal: StopSignal) => void): () => void
  /**
   * Calls `listener` for every SIGHUP that does not come from a terminal that is being closed: that one is a SIGTERM. For the rest of the
   * process's life; without a listener SIGHUP ends it.
   */
  onHangup(listener: () => void): void
  /** Ends the process now, whatever it is doing. */
  endNow(exitCode: number): void
}

/** What a shell reports for a process that a signal ended. */
export function exitCodeOf(signal: StopSignal): number {
  return signal === 'SIGINT' ? 130 : 143
}
