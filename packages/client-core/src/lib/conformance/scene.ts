import type { FileInfo, FileKey, ListOptions, ReplicaClient, WriteOptions } from '../replica-client.ts'
import { collectFiles } from '../collect-files.ts'
import type { ReplicaLayout } from '../replica-paths.ts'
import { fileBytes, key, readAll, sourceOf } from './material.ts'
import type { Ability, ConformanceSubject, ProvokedFailure } from './subject.ts'

/** One promise of the contract, and how to see that it is kept. */
export interface ConformanceCase {
  /** `situation → outcome` */
  readonly name: string
  readonly needs?: readonly Ability[]
  run(scene: Scene): Promise<void>
}

/** A client on an empty replica, and what a case can do to it. */
export class Scene {
  readonly client: ReplicaClient
  readonly layout: ReplicaLayout
  readonly severalPages: number
  readonly severalBatches: number
  readonly largeBytes: number
  readonly secrets: readonly string[]
  /** What the subject says it lacks. */
  readonly lacks: ReadonlySet<Ability>
  readonly #subject: ConformanceSubject
  readonly #others: ReplicaClient[] = []

  constructor(client: ReplicaClient, subject: ConformanceSubject) {
    this.client = client
    this.layout = subject.layout ?? 'decimal'
    this.severalPages = subject.severalPages ?? 7
    this.severalBatches = subject.severalBatches ?? 40
    this.largeBytes = subject.largeBytes ?? 1024 * 1024 + 1
    this.secrets = subject.secrets ?? []
    this.lacks = new Set(Object.keys(subject.lacks ?? {}) as Ability[])
    this.#subject = subject
  }

  /** Writes a file that `fileBytes` makes, and returns what the client said. */
  async write(level: number, min: bigint, max: bigint = min, options: WriteOptions = {}): Promise<FileInfo> {
    const file = key(level, min, max)
    return await this.client.writeFile(file, sourceOf(fileBytes(file)), options)
  }

  async list(level: number, options: ListOptions = {}): Promise<FileInfo[]> {
    return await collectFiles(this.client.listFiles(level, options))
  }

  /** A listing as `min-max` texts in decimal. */
  async names(level: number, options: ListOptions = {}): Promise<string[]> {
    return (await this.list(level, options)).map((file) => `${file.minTXID}-${file.maxTXID}`)
  }

  async read(file: FileKey): Promise<Uint8Array> {
    return await readAll(this.client.readFile(file))
  }

  async another(): Promise<ReplicaClient> {
    const other = await provided(this.#subject.another?.bind(this.#subject))(this.client)
    this.#others.push(other)
    return other
  }

  async putForeign(path: string): Promise<void> {
    await provided(this.#subject.putForeign?.bind(this.#subject))(
      this.client,
      path,
      new Uint8Array([1, 2, 3]),
    )
  }

  async hasForeign(path: string): Promise<boolean> {
    return await provided(this.#subject.hasForeign?.bind(this.#subject))(this.client, path)
  }

  listRequests(): number {
    return provided(this.#subject.listRequests?.bind(this.#subject))(this.client)
  }

  async failNext(failure: ProvokedFailure): Promise<void> {
    await provided(this.#subject.failNext?.bind(this.#subject))(this.client, failure)
  }

  async dispose(): Promise<void> {
    for (const client of [...this.#others, this.client]) await client[Symbol.asyncDispose]()
  }
}

export async function runCase(each: ConformanceCase, subject: ConformanceSubject): Promise<void> {
  const scene = new Scene(await subject.create(), subject)
  try {
    await each.run(scene)
  } finally {
    await scene.dispose()
  }
}

function provided<Member>(member: Member | undefined): Member {
  if (member === undefined)
    throw new TypeError('the subject does not provide this; suite.ts should have noticed')
  return member
}
