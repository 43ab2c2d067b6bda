/** What a variable carries: see the README. */
export type ServerSettings = Readonly<Record<string, string | number>>

/** A server that a backend is tested with. One file each in `servers/`. */
export interface ServerKind {
  /** The word on the command line; the `type` of the backend that it serves. */
  readonly name: string
  /** Program and version, for people. */
  readonly program: string
  /** The variable of the environment from which a live test takes the settings, as JSON. */
  readonly variable: string
  /** Fetches or builds the program unless it is there, and gives its path. */
  install(): Promise<string>
  /** Starts it in an empty folder of its own, and gives what a client needs to know. Ready when it resolves. */
  start(site: ServerSite): Promise<ServerSettings>
}

/** What a server is given to start with. */
export interface ServerSite {
  /** Empty, its own, readable by all. Removed when the server is stopped. */
  readonly folder: string
  /** What `install` gave. */
  readonly program: string
  /** Starts a process and waits until its port takes connections. It is ended when the server is stopped. */
  spawn(plan: ProcessPlan): Promise<void>
}

export interface ProcessPlan {
  /** Names the log file. */
  readonly label: string
  /** Stays in the foreground. */
  readonly command: readonly string[]
  /** On 127.0.0.1. */
  readonly port: number
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}
