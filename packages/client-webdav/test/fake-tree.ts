/** What the fake answers instead of doing it. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

export interface FakeFile {
  bytes: Buffer
  modifiedMs: number
}

/** What this server does otherwise than the standard wants, or may. */
export interface Oddities {
  /** MOVE replaces what is there, whatever `Overwrite` says. */
  ignoresOverwrite?: boolean
  /** MKCOL of a collection that is there succeeds. */
  makesTwice?: boolean
  /** Bodies without a length are answered 411. */
  wantsLength?: boolean
  /** Bodies without a length are taken, and nothing is stored. */
  losesChunked?: boolean
  /** GET answers 200 with the whole file. */
  ignoresRanges?: boolean
  /** Answers have neither a length nor chunks: they end with the connection. */
  closesAtEnd?: boolean
  /** Beyond so many bytes of all files: 507. */
  quota?: number
  /** Hrefs are whole URLs, of another host: a proxy is in between. */
  hrefPrefix?: string
  /** MKCOL is not allowed in these. */
  noMkcolIn?: readonly string[]
}

/** Files and collections by their paths, `/a/b` each; the root is there. */
export class FakeTree {
  readonly files: Map<string, FakeFile> = new Map()
  readonly collections: Map<string, number> = new Map([['', Date.now()]])
  readonly requests: string[] = []
  readonly oddities: Oddities = {}
  readonly locked: Set<string> = new Set()

  /** Requests by method. */
  count(method: string): number {
    return this.requests.filter((each) => each.startsWith(`${method} `)).length
  }

  /** For tests: a file, and whatever is above it. */
  store(path: string, bytes: Uint8Array, modifiedMs: number = Date.now()): void {
    for (let at = path.indexOf('/', 1); at !== -1; at = path.indexOf('/', at + 1)) {
      if (!this.collections.has(path.slice(0, at))) this.collections.set(path.slice(0, at), Date.now())
    }
    this.files.set(path, { bytes: Buffer.from(bytes), modifiedMs })
  }

  has(path: string): boolean {
    return this.files.has(path) || this.collections.has(path)
  }

  /** Everything below a collection, with its own path. */
  below(path: string): string[] {
    return [...this.collections.keys(), ...this.files.keys()].filter((each) => each.startsWith(`${path}/`))
  }

  childrenOf(path: string): string[] {
    return this.below(path).filter((each) => !each.slice(path.length + 1).includes('/'))
  }

  /** Who looks at the same time as another and comes later is told 403, by Apache. */
  async make(path: string): Promise<void> {
    if (this.has(path)) {
      if (this.oddities.makesTwice === true && this.collections.has(path)) return
      throw new Refusal(405, 'it is there already')
    }
    if (this.oddities.noMkcolIn?.includes(parentOf(path)) === true) throw new Refusal(403, 'not here')
    this.expectParent(path)
    await new Promise((resolve) => setTimeout(resolve, 1))
    if (this.has(path)) throw new Refusal(403, 'another one was faster')
    this.collections.set(path, Date.now())
  }

  remove(path: string): void {
    if (!this.has(path)) throw new Refusal(404, 'nothing is there')
    if (this.locked.has(path)) throw new Refusal(423, 'locked')
    for (const each of [path, ...this.below(path)]) {
      this.files.delete(each)
      this.collections.delete(each)
    }
  }

  /** Whether something was replaced. */
  async move(source: string, target: string, overwrite: boolean): Promise<boolean> {
    const file = this.files.get(source)
    if (file === undefined) throw new Refusal(404, 'nothing is there')
    this.expectParent(target)
    const there = this.files.has(target)
    if (there && !overwrite && this.oddities.ignoresOverwrite !== true) throw new Refusal(412, 'it is there')
    await new Promise((resolve) => setTimeout(resolve, 2)) // as servers do: look first, rename then
    this.files.delete(source)
    this.files.set(target, file)
    return there
  }

  /** Shown from its first byte, as with most servers. */
  begin(path: string): FakeFile {
    this.expectParent(path)
    if (this.collections.has(path)) throw new Refusal(405, 'it is a collection')
    if (this.locked.has(path)) throw new Refusal(423, 'locked')
    const file = { bytes: Buffer.alloc(0), modifiedMs: Date.now() }
    this.files.set(path, file)
    return file
  }

  append(file: FakeFile, bytes: Buffer): void {
    const used = [...this.files.values()].reduce((sum, each) => sum + each.bytes.length, 0)
    if (used + bytes.length > (this.oddities.quota ?? Infinity)) throw new Refusal(507, 'no space is left')
    file.bytes = Buffer.concat([file.bytes, bytes])
  }

  expectParent(path: string): void {
    if (!this.collections.has(parentOf(path))) throw new Refusal(409, 'there is no such collection')
  }
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
