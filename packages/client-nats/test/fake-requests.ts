import { ApiError, type Delivery, type FakeStream } from './fake-stream.ts'
import type { Command, FakeWire } from './fake-wire.ts'

/** Requests as they are counted, and as faults name them. */
export type Kind = 'INFO' | 'GET' | 'PURGE' | 'CONSUMER' | 'PULL' | 'CHUNK' | 'META'

export type Publish = Extract<Command, { kind: 'publish' }>

export interface RequestPlace {
  readonly kind: Kind
  readonly bucket: string
  readonly api: string
  /** What follows the stream's name. */
  readonly rest: string
}

const APIS: readonly (readonly [api: string, kind: Kind])[] = [
  ['STREAM.INFO', 'INFO'],
  ['STREAM.MSG.GET', 'GET'],
  ['STREAM.PURGE', 'PURGE'],
  ['CONSUMER.CREATE', 'CONSUMER'],
  ['CONSUMER.INFO', 'CONSUMER'],
  ['CONSUMER.DELETE', 'CONSUMER'],
  ['CONSUMER.MSG.NEXT', 'PULL'],
]

export function placeOf(subject: string): RequestPlace | null {
  const own = /^\$O\.([-\w]+)\.([CM])\.[^.]+$/.exec(subject)
  if (own !== null) {
    return { kind: own[2] === 'C' ? 'CHUNK' : 'META', bucket: own[1] ?? '', api: 'PUBLISH', rest: '' }
  }
  for (const [api, kind] of APIS) {
    const prefix = `$JS.API.${api}.OBJ_`
    if (!subject.startsWith(prefix)) continue
    const [bucket = '', ...rest] = subject.slice(prefix.length).split('.')
    return { kind, bucket, api, rest: rest.join('.') }
  }
  return null
}

export function perform(
  stream: FakeStream,
  { api, rest }: RequestPlace,
  { subject, headers, data }: Publish,
): unknown {
  if (api === 'PUBLISH') return stream.publish(subject, headers, data)
  const body = (data.length === 0 ? {} : JSON.parse(data.toString())) as Record<string, never>
  switch (api) {
    case 'STREAM.INFO':
      return stream.info(body['subjects_filter'])
    case 'STREAM.MSG.GET':
      return stream.get(body)
    case 'STREAM.PURGE':
      return stream.purge(body)
    case 'CONSUMER.CREATE':
      return stream.addConsumer(body['config'] ?? {})
    case 'CONSUMER.INFO':
      return stream.consumerInfo(rest)
    case 'CONSUMER.DELETE':
      return stream.deleteConsumer(rest)
    default:
      throw new Error(`the fake does not know ${api}`)
  }
}

export function attempt(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

export function answer(wire: FakeWire, reply: string, result: unknown): void {
  const body =
    result instanceof ApiError
      ? { error: { code: result.status, err_code: result.code, description: result.message } }
      : result
  wire.deliver(reply, { subject: reply, data: Buffer.from(JSON.stringify(body)) })
}

export function sendDelivery(
  wire: FakeWire,
  to: string,
  { stream, consumer }: { readonly stream: FakeStream; readonly consumer: string },
  { message, index, pending, headersOnly }: Delivery,
  isFlipped: boolean,
): void {
  const { subject, sequence, timeMs } = message
  const reply = `$JS.ACK.OBJ_${stream.bucket}.${consumer}.1.${sequence}.${index}.${timeMs}123456.${pending}`
  let { headers, data } = message
  if (headersOnly) {
    const size = Buffer.from(`Nats-Msg-Size: ${data.length}\r\n\r\n`)
    const start = headers.length === 0 ? Buffer.from('NATS/1.0\r\n') : headers.subarray(0, -2)
    headers = Buffer.concat([start, size])
    data = Buffer.alloc(0)
  }
  if (isFlipped && data.length > 0) data = Buffer.from(data.map((byte, at) => (at === 9 ? byte ^ 1 : byte)))
  wire.deliver(to, { subject, reply, headers, data })
}
