import { createHash } from 'node:crypto'

/** What the fake answers instead of doing it. */
export class Refusal extends Error {
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

export interface FakeObject {
  readonly name: string
  readonly bytes: Buffer
  readonly generation: bigint
  readonly metadata: Readonly<Record<string, string>> | undefined
  readonly timeCreated: string
}

interface Resource {
  readonly name?: string
  readonly metadata?: Record<string, string>
  readonly md5Hash?: string
}

interface Session {
  readonly bucket: FakeBucket
  readonly resource: Resource
  readonly conditions: URLSearchParams
  bytes: Buffer
  stored: FakeObject | null
}

/** Parts that do not end an upload are multiples of this, as Google demands. */
const PART_UNIT = 256 * 1024

/** Objects with generations, and the rules of writing them. */
export class FakeBucket {
  readonly name: string
  readonly objects: Map<string, FakeObject> = new Map()
  readonly requests: string[] = []
  readonly sessions: Map<string, Session> = new Map()
  #generation = 1_700_000_000_000_000n

  constructor(name: string) {
    this.name = name
  }

  /** Counted by kind: PUT, GET, HEAD, LIST, DELETE. */
  count(kind: string): number {
    return this.requests.filter((each) => each === kind).length
  }

  store(
    name: string,
    bytes: Buffer,
    resource: Resource = {},
    conditions: URLSearchParams = new URLSearchParams(),
  ): FakeObject {
    this.expect(name, conditions)
    const md5 = createHash('md5').update(bytes).digest('base64')
    if (resource.md5Hash !== undefined && resource.md5Hash !== md5) {
      const message = `Provided MD5 hash "${resource.md5Hash}" doesn't match calculated MD5 hash "${md5}".`
      throw new Refusal(400, 'invalid', message)
    }
    const object = {
      name,
      bytes,
      generation: ++this.#generation,
      metadata: resource.metadata,
      timeCreated: new Date().toISOString(),
    }
    this.objects.set(name, object)
    return object
  }

  expect(name: string, conditions: URLSearchParams): void {
    const wanted = conditions.get('ifGenerationMatch')
    if (wanted === null) return
    const generation = this.objects.get(name)?.generation ?? 0n
    if (BigInt(wanted) === generation) return
    const message = 'At least one of the pre-conditions you specified did not hold.'
    throw new Refusal(412, 'conditionNotMet', message)
  }

  find(name: string): FakeObject {
    const object = this.objects.get(name)
    if (object === undefined) throw new Refusal(404, 'notFound', `No such object: ${this.name}/${name}`)
    return object
  }

  /** One page, in the order of the names' bytes. */
  list(query: URLSearchParams, perPage: number): object {
    const prefix = query.get('prefix') ?? ''
    const start = query.get('startOffset') ?? ''
    const delimiter = query.get('delimiter')
    const after = query.get('pageToken')
    const limit = Math.min(Number(query.get('maxResults') ?? 1000), perPage)
    const found = new Map<string, FakeObject | null>()
    let more = false
    for (const name of [...this.objects.keys()].toSorted((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    )) {
      if (!name.startsWith(prefix) || name < start) continue
      const at = delimiter === null ? -1 : name.indexOf(delimiter, prefix.length)
      const entry = at === -1 ? name : name.slice(0, at + 1)
      if ((after !== null && entry <= Buffer.from(after, 'base64').toString()) || found.has(entry)) continue
      if (found.size === limit) {
        more = true
        break
      }
      found.set(entry, at === -1 ? this.find(name) : null)
    }
    const items = [...found.values()]
      .filter((object) => object !== null)
      .map((object) => this.describe(object))
    const last = Buffer.from([...found.keys()].at(-1) ?? '').toString('base64')
    return {
      kind: 'storage#objects',
      ...(items.length > 0 ? { items } : {}),
      ...(more ? { nextPageToken: last } : {}),
    }
  }

  describe({ name, bytes, generation, metadata, timeCreated }: FakeObject): object {
    const md5Hash = createHash('md5').update(bytes).digest('base64')
    const size = String(bytes.length)
    return {
      kind: 'storage#object',
      name,
      bucket: this.name,
      generation: `${generation}`,
      size,
      md5Hash,
      timeCreated,
      metadata,
    }
  }

  begin(resource: Resource, conditions: URLSearchParams): string {
    if (resource.name === undefined) throw new Refusal(400, 'required', 'Required parameter: name')
    this.expect(resource.name, conditions)
    const id = `session-${this.sessions.size}-${createHash('sha256').update(resource.name).digest('hex')}`
    this.sessions.set(id, { bucket: this, resource, conditions, bytes: Buffer.alloc(0), stored: null })
    return id
  }

  /** The stored object, or how many bytes are kept. `keepMax` of a part are kept at most. */
  put(
    id: string,
    range: string,
    hash: string | undefined,
    body: Buffer,
    keepMax: number,
  ): FakeObject | number {
    const session = this.sessions.get(id)
    if (session === undefined) throw new Refusal(404, 'notFound', 'Not Found')
    if (session.stored !== null) return session.stored
    const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(range)
    if (match === null) throw new Refusal(400, 'invalid', `bad content-range ${range}`)
    const [, first, last, total] = match
    if (first !== undefined && last !== undefined) {
      if (Number(first) !== session.bytes.length)
        throw new Refusal(503, 'backendError', 'a gap, or an overlap')
      if (Number(last) - Number(first) + 1 !== body.length)
        throw new Refusal(400, 'invalid', 'range and body differ')
      if (total === '*' && body.length % PART_UNIT !== 0)
        throw new Refusal(400, 'invalid', 'not a multiple of 256 KiB')
      session.bytes = Buffer.concat([session.bytes, body.subarray(0, keepMax)])
    }
    if (total !== String(session.bytes.length)) return session.bytes.length
    const md5Hash = /md5=(\S+)/.exec(hash ?? '')?.[1]
    const resource = { ...session.resource, ...(md5Hash === undefined ? {} : { md5Hash }) }
    session.stored = this.store(resource.name ?? '', session.bytes, resource, session.conditions)
    return session.stored
  }
}
