import { DEFAULT_SOCKET_PATH } from '../control/socket-address.ts'
import { type Flag, integerFlag, textFlag } from './flag.ts'

export interface SocketFlags {
  readonly [name: string]: Flag<unknown>
  readonly socket: Flag<string>
  readonly timeout: Flag<number>
}

/** Flags of every verb that speaks to a running daemon. */
export function socketFlags(timeoutSeconds: number): SocketFlags {
  return {
    socket: textFlag('PATH', 'control socket of the daemon', DEFAULT_SOCKET_PATH),
    timeout: integerFlag('SECONDS', 'how long to wait for its answer', timeoutSeconds),
  }
}
