import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface ObjectStoreRequest {
  /** On 127.0.0.1. */
  readonly port: number
  /** Fields of the CONNECT command that let us in. */
  readonly login: Readonly<Record<string, string>>
  readonly bucket: string
  /** Path of a PEM file; with it the connection is TLS. */
  readonly rootCa?: string
}

const ANSWER_MS_MAX = 20_000

/**
 * Creates an object store's bucket, which is a stream with a certain name and certain subjects, by the few lines of NATS's
 * text protocol that it takes.
 *
 * @see NATS ADR-20, "JetStream based Object Stores"
 */
export async function createObjectStore(request: ObjectStoreRequest): Promise<void> {
  const socket = await open(request)
  try {
    const { bucket } = request
    const stream = `OBJ_${bucket}`
    const config = JSON.stringify({
      name: stream,
      subjects: [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`],
      retention: 'limits',
      storage: 'file',
      discard: 'new',
      num_replicas: 1,
      max_consumers: -1,
      max_msgs: -1,
      max_bytes: -1,
      max_age: 0,
      max_msgs_per_subject: -1,
      max_msg_size: -1,
      allow_rollup_hdrs: true,
      allow_direct: true,
    })
    const login = JSON.stringify({ verbose: false, pedantic: false, ...request.login })
    socket.write(`CONNECT ${login}\r\nSUB answer 1\r\n`)
    socket.write(`PUB $JS.API.STREAM.CREATE.${stream} answer ${config.length}\r\n${config}\r\n`)
    const answer = await readUntil(socket, /MSG answer 1 \d+\r\n(.*)\r\n|-ERR .*\r\n/s)
    if (!answer.includes('"did_create":true')) throw new Error(`no object store: ${answer}`)
  } finally {
    socket.destroy()
  }
}

/** The server speaks first, in the clear, even where the rest is TLS. */
async function open({ port, rootCa }: ObjectStoreRequest): Promise<Socket> {
  const plain = connect(port, '127.0.0.1')
  plain.setTimeout(ANSWER_MS_MAX, () => plain.destroy(new Error('NATS does not answer')))
  await readUntil(plain, /INFO .*\r\n/)
  if (rootCa === undefined) return plain
  const socket = connectTls({ socket: plain, ca: await readFile(rootCa), host: '127.0.0.1' })
  await once(socket, 'secureConnect')
  return socket
}

async function readUntil(socket: Socket, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk: Buffer): void => {
      text += chunk.toString()
      if (wanted.test(text)) settle(() => resolve(text))
    }
    const onEnd = (error?: unknown): void =>
      settle(() => reject(error instanceof Error ? error : new Error(`NATS hung up: ${text}`)))
    const settle = (act: () => void): void => {
      socket.off('data', onData).off('error', onEnd).off('close', onEnd)
      socket.pause()
      act()
    }
    socket.on('data', onData).on('error', onEnd).on('close', onEnd).resume()
  })
}
