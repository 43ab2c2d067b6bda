import { spawn } from 'node:child_process'
import { systemErrorCode, type Logger } from '@ltx/env'
import type { CommandIo } from '../program/io.ts'

/** systemd's own program: Node has no datagram sockets of the Unix kind, and none are worth a native addon. */
const HELPER = 'systemd-notify'
/** A helper that hangs is given up. */
const HELPER_MS_MAX = 10_000

/** Runs a program and returns its exit code. @throws {Error} it cannot be started, or took too long */
export type RunHelper = (program: string, words: readonly string[]) => Promise<number | null>

/** Tells systemd how the service is. Without `NOTIFY_SOCKET` it says nothing. */
export class ServiceManager {
  readonly #io: Pick<CommandIo, 'environment' | 'processId'>
  readonly #logger: Logger
  readonly #run: RunHelper
  #timer: NodeJS.Timeout | null = null
  /** Messages arrive in the order in which they were given. */
  #sent: Promise<void> = Promise.resolve()
  #isSilent: boolean
  #hasWarned = false

  constructor(
    io: Pick<CommandIo, 'environment' | 'processId'>,
    logger: Logger,
    run: RunHelper = helperOf(io),
  ) {
    this.#io = io
    this.#logger = logger
    this.#run = run
    this.#isSilent = (io.environment['NOTIFY_SOCKET'] ?? '') === ''
  }

  /** Milliseconds after which systemd takes us for dead; `null`: it does not watch us. */
  get watchdogMs(): number | null {
    const { environment, processId } = this.#io
    const microseconds = Number(environment['WATCHDOG_USEC'] ?? '')
    const isOurs = [String(processId), ''].includes(environment['WATCHDOG_PID'] ?? '')
    return isOurs && !this.#isSilent && microseconds > 0 ? microseconds / 1000 : null
  }

  /**
   * The service is up. From now on a watchdog hears of us twice in its time, as long as this thread runs and `status` can be told.
   *
   * @param status One line for `systemctl status`.
   */
  ready(status: () => string): Promise<void> {
    const { watchdogMs } = this
    if (watchdogMs !== null) {
      this.#timer = setInterval(() => void this.#send('WATCHDOG=1', `STATUS=${status()}`), watchdogMs / 2)
    }
    return this.#send('READY=1', `STATUS=${status()}`)
  }

  /** A last sync may take its time: the watchdog hears of us until `close`. */
  stopping(): Promise<void> {
    return this.#send('STOPPING=1', 'STATUS=last sync')
  }

  close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    return this.#sent
  }

  #send(...assignments: readonly string[]): Promise<void> {
    this.#sent = this.#sent.then(() => this.#sendNow(assignments))
    return this.#sent
  }

  async #sendNow(assignments: readonly string[]): Promise<void> {
    if (this.#isSilent) return
    try {
      const exitCode = await this.#run(HELPER, assignments.map(oneLine))
      if (exitCode !== 0) throw new Error(`${HELPER} ended with ${exitCode}`)
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') this.#isSilent = true
      if (this.#hasWarned) return
      this.#hasWarned = true
      this.#logger.log('warn', 'systemd cannot be told how the service is', {
        error: error instanceof Error ? error : String(error),
        hint: `install ${HELPER}, and use NotifyAccess=all; or Type=exec without WatchdogSec`,
      })
    }
  }
}

/** A message is lines: one that has some itself would say more than it should. */
function oneLine(assignment: string): string {
  return assignment.replaceAll(/\s+/g, ' ')
}

function helperOf({ environment }: Pick<CommandIo, 'environment'>): RunHelper {
  return async (program, words) => {
    const child = spawn(program, words, { env: environment, stdio: 'ignore', timeout: HELPER_MS_MAX })
    const { promise, resolve, reject } = Promise.withResolvers<number | null>()
    child.once('error', reject)
    child.once('exit', resolve)
    return await promise
  }
}
