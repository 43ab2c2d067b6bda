import { ClientError } from '../errors.ts'
import type {
  ByteSource,
  CallOptions,
  FileInfo,
  FileKey,
  ListOptions,
  ReadOptions,
  ReplicaClient,
  WriteOptions,
} from '../replica-client.ts'
import type { RetryEnv } from '../retry-budget.ts'
import { faultsFor, type Fault, type FaultedCall, type FaultPlan } from './fault-plan.ts'

export interface FaultyClient extends ReplicaClient {
  /** Another plan from here on; `{}` ends all faults. The counting of calls goes on. */
  setPlan(plan: FaultPlan): void
  /** Calls so far, by kind. */
  readonly calls: Readonly<Record<FaultedCall, number>>
  /** What was injected so far, in order, as `writeFile 3: lose-reply`. */
  readonly injected: readonly string[]
}

/** The same client over a bad connection: fails, delays, truncates and loses replies, by plan or by chance. */
export function withFaults(client: ReplicaClient, env: RetryEnv, plan: FaultPlan): FaultyClient {
  return new Faulty(client, env, plan)
}

/** What is counted until a fault, and how the item that crosses it is cut. */
interface Units<Item> {
  count(item: Item): number
  cut(item: Item, length: number): Item
}

const FILES: Units<FileInfo> = { count: () => 1, cut: (file) => file }
const BYTES: Units<Uint8Array> = {
  count: (chunk) => chunk.length,
  cut: (chunk, length) => chunk.subarray(0, length),
}

class Faulty implements FaultyClient {
  readonly type: string
  readonly url: string
  readonly calls: Record<FaultedCall, number> = {
    init: 0,
    listFiles: 0,
    readFile: 0,
    writeFile: 0,
    deleteFiles: 0,
    deleteAll: 0,
  }
  readonly injected: string[] = []
  readonly #client: ReplicaClient
  readonly #env: RetryEnv
  #plan: FaultPlan

  constructor(client: ReplicaClient, env: RetryEnv, plan: FaultPlan) {
    this.type = client.type
    this.url = client.url
    this.#client = client
    this.#env = env
    this.#plan = plan
  }

  get abilities(): ReplicaClient['abilities'] {
    return this.#client.abilities
  }

  get legacy(): ReplicaClient['legacy'] {
    return this.#client.legacy
  }

  setPlan(plan: FaultPlan): void {
    this.#plan = plan
  }

  async init(options: CallOptions = {}): Promise<void> {
    await this.#faulty('init', options, () => this.#client.init(options))
  }

  listFiles(level: number, options: ListOptions = {}): AsyncIterable<FileInfo> {
    return this.#faultyStream('listFiles', options, this.#client.listFiles(level, options), FILES)
  }

  readFile(file: FileKey, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    return this.#faultyStream('readFile', options, this.#client.readFile(file, options), BYTES)
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    return await this.#faulty('writeFile', options, (breakOff) =>
      this.#client.writeFile(
        file,
        breakOff === null ? source : () => brokenOff(source(), breakOff, 'writeFile', BYTES),
        options,
      ),
    )
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    await this.#faulty('deleteFiles', options, () => this.#client.deleteFiles(files, options))
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    await this.#faulty('deleteAll', options, () => this.#client.deleteAll(options))
  }

  async serverTimeMs(options: CallOptions = {}): Promise<number | null> {
    return (await this.#client.serverTimeMs?.(options)) ?? null
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #faulty<Result>(
    call: FaultedCall,
    options: CallOptions,
    act: (breakOff: Fault | null) => Promise<Result>,
  ): Promise<Result> {
    const faults = await this.#begin(call, options)
    const result = await act(faults.find(breaksOff) ?? null)
    const lost = faults.find((fault) => fault.kind === 'lose-reply')
    if (lost !== undefined) throw failure(call, lost)
    return result
  }

  async *#faultyStream<Item>(
    call: FaultedCall,
    options: CallOptions,
    items: AsyncIterable<Item>,
    units: Units<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    const faults = await this.#begin(call, options)
    yield* brokenOff(items, faults.find(breaksOff) ?? null, call, units)
    const lost = faults.find((fault) => fault.kind === 'lose-reply')
    if (lost !== undefined) throw failure(call, lost)
  }

  /** Counts the call, delays it, fails it before it has begun; returns what is to happen later. */
  async #begin(call: FaultedCall, options: CallOptions): Promise<Fault[]> {
    const nth = ++this.calls[call]
    const faults = faultsFor(this.#plan, call, nth, this.#env.random)
    for (const fault of faults) {
      this.injected.push(`${call} ${nth}: ${fault.kind}`)
      if (fault.kind === 'delay') await this.#env.clock.sleep(fault.delayMs, options)
      if (fault.kind === 'fail' && fault.after === undefined) throw failure(call, fault)
    }
    return faults
  }
}

function breaksOff(fault: Fault): boolean {
  return fault.kind === 'truncate' || (fault.kind === 'fail' && fault.after !== undefined)
}

function failure(call: FaultedCall, fault: Fault): ClientError {
  const code = ('code' in fault ? fault.code : undefined) ?? 'CLIENT_UNREACHABLE'
  return new ClientError(code, `injected into ${call}`, { cause: new Error(fault.kind) })
}

/** The items up to the fault; the one that crosses it is cut when it is bytes. */
async function* brokenOff<Item>(
  items: AsyncIterable<Item>,
  fault: Fault | null,
  call: FaultedCall,
  units: Units<Item>,
): AsyncGenerator<Item, void, undefined> {
  if (fault === null || !('after' in fault) || fault.after === undefined) return yield* items
  let rest = fault.after
  for await (const item of items) {
    if (units.count(item) > rest) {
      if (rest > 0) yield units.cut(item, rest)
      break
    }
    rest -= units.count(item)
    yield item
  }
  if (fault.kind === 'fail') throw failure(call, fault)
}
