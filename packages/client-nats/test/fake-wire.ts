import type { Socket } from 'node:net'
import { matches } from './fake-stream.ts'

/** One command of a client. */
export type Command =
  | { readonly kind: 'connect'; readonly login: Readonly<Record<string, unknown>> }
  | { readonly kind: 'ping' | 'pong' }
  | { readonly kind: 'sub'; readonly subject: string; readonly id: string }
  | { readonly kind: 'unsub'; readonly id: string }
  | {
      readonly kind: 'publish'
      readonly subject: string
      readonly reply: string | null
      readonly headers: Buffer
      readonly data: Buffer
    }

/** NATS's text protocol, as far as our client speaks it: commands out of bytes, and messages to subscriptions. */
export class FakeWire {
  readonly #socket: Socket
  readonly #subscriptions = new Map<string, string>()
  #bytes: Buffer = Buffer.alloc(0)

  constructor(
    socket: Socket,
    info: Readonly<Record<string, unknown>>,
    onCommand: (command: Command) => void,
  ) {
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      for (let command = this.#next(); command !== null; command = this.#next()) onCommand(command)
    })
    this.#write(`INFO ${JSON.stringify(info)}\r\n`)
  }

  subscribe(id: string, subject: string): void {
    this.#subscriptions.set(id, subject)
  }

  unsubscribe(id: string): void {
    this.#subscriptions.delete(id)
  }

  pong(): void {
    this.#write('PONG\r\n')
  }

  error(text: string): void {
    this.#write(`-ERR '${text}'\r\n`)
  }

  end(): void {
    this.#socket.end()
  }

  cut(): void {
    this.#socket.resetAndDestroy()
  }

  /** To whoever listens at `to`; the message says that its subject is `subject`. */
  deliver(
    to: string,
    message: {
      readonly subject: string
      readonly reply?: string
      readonly headers?: Buffer
      readonly data: Buffer
    },
  ): void {
    const { subject, reply, headers = Buffer.alloc(0), data } = message
    for (const [id, pattern] of this.#subscriptions) {
      if (!matches(pattern, to)) continue
      const words = [subject, id, ...(reply === undefined ? [] : [reply])].join(' ')
      const line =
        headers.length === 0
          ? `MSG ${words} ${data.length}\r\n`
          : `HMSG ${words} ${headers.length} ${headers.length + data.length}\r\n`
      this.#write(Buffer.concat([Buffer.from(line), headers, data, Buffer.from('\r\n')]))
    }
  }

  status(to: string, status: string): void {
    this.deliver(to, {
      subject: to,
      headers: Buffer.from(`NATS/1.0 ${status}\r\n\r\n`),
      data: Buffer.alloc(0),
    })
  }

  /** In odd pieces: a client must not take a chunk for a message. */
  #write(bytes: Buffer | string): void {
    if (this.#socket.destroyed) return
    const whole = Buffer.from(bytes)
    for (let start = 0; start < whole.length; start += 50_021) {
      this.#socket.write(whole.subarray(start, start + 50_021))
    }
  }

  #next(): Command | null {
    const end = this.#bytes.indexOf('\r\n')
    if (end === -1) return null
    const line = this.#bytes.subarray(0, end).toString()
    const [word = '', ...rest] = line.split(' ')
    if (word !== 'PUB' && word !== 'HPUB') {
      this.#bytes = this.#bytes.subarray(end + 2)
      return shortCommand(word, rest, line)
    }
    const total = Number(rest.at(-1))
    const payloadEnd = end + 2 + total
    if (this.#bytes.length < payloadEnd + 2) return null
    const payload = Buffer.from(this.#bytes.subarray(end + 2, payloadEnd))
    if (this.#bytes.subarray(payloadEnd, payloadEnd + 2).toString() !== '\r\n') {
      throw new Error(`no end of line after the payload of ${line}`)
    }
    this.#bytes = this.#bytes.subarray(payloadEnd + 2)
    const headerBytes = word === 'HPUB' ? Number(rest.at(-2)) : 0
    const names = rest.slice(0, word === 'HPUB' ? -2 : -1)
    return {
      kind: 'publish',
      subject: names[0] ?? '',
      reply: names[1] ?? null,
      headers: payload.subarray(0, headerBytes),
      data: payload.subarray(headerBytes),
    }
  }
}

function shortCommand(word: string, rest: readonly string[], line: string): Command {
  switch (word) {
    case 'CONNECT':
      return { kind: 'connect', login: JSON.parse(line.slice('CONNECT '.length)) as Record<string, unknown> }
    case 'PING':
      return { kind: 'ping' }
    case 'PONG':
      return { kind: 'pong' }
    case 'SUB':
      return { kind: 'sub', subject: rest[0] ?? '', id: rest.at(-1) ?? '' }
    case 'UNSUB':
      return { kind: 'unsub', id: rest[0] ?? '' }
    default:
      throw new Error(`the fake does not know ${line}`)
  }
}
