import { CommandError } from '../program/errors.ts'
import { goQuote } from '../text/go-quote.ts'

/** Where a server listens. */
export interface ListenAddress {
  /** Empty: at every address of the machine. */
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

const PORT_MAX = 65_535

/**
 * Reads `:9090`, `host:9090` or `[::1]:9090`.
 *
 * @throws {CommandError} no port, or one that cannot be
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[(?<six>[^\]]*)\]|(?<host>[^:[\]]*)):(?<port>[^:]*)$/.exec(text)
  const { six, host = '', port = '' } = match?.groups ?? {}
  if (match === null || port === '') {
    throw new CommandError(`must specify port for bind address: ${goQuote(text)}`)
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > PORT_MAX) {
    throw new CommandError(`the port of a bind address is a number up to ${PORT_MAX}: ${goQuote(text)}`)
  }
  return { host: six ?? host, port: Number(port) }
}

/** `http://HOST:PORT`; the machine itself where no host is named. */
export function urlOfAddress({ host, port }: ListenAddress): string {
  const shown = host === '' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${shown}:${port}`
}
