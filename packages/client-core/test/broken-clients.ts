import assert from 'node:assert/strict'
import { test } from 'vitest'
import { replicaClientConformance, type ConformanceSubject } from '../src/conformance.ts'
import type { ReplicaClient } from '../src/index.ts'
import type { MemoryClient } from '../src/memory.ts'
import { memorySubject } from './memory-subject.ts'

/** A mistake that a client can make, and the case of the suite that has to notice. */
export interface BrokenClient {
  readonly mistake: string
  /** Begins the name of the case that must fail. */
  readonly noticedBy: string
  /** The methods that are wrong; the others are the memory client's. */
  readonly breaks: (client: MemoryClient) => Partial<ReplicaClient>
}

/** A case that does not end is a case that fails. */
const CASE_MS_MAX = 1000

/** One test per broken client: the suite fails on it, in the case that names its mistake, and on the sound client it does not. */
export function testThatTheSuiteNotices(topic: string, clients: readonly BrokenClient[]): void {
  for (const { mistake, noticedBy, breaks } of clients) {
    test(`${topic}: a client that ${mistake} → noticed by "${noticedBy} …"`, async () => {
      assert.deepEqual(await failuresOf(topic, noticedBy, memorySubject()), [], 'the sound client')
      const subject = memorySubject((client) => overridden(client, breaks(client)))
      const failures = await failuresOf(topic, noticedBy, subject)
      assert.equal(failures.length, 1, 'the broken client')
    })
  }
}

async function failuresOf(topic: string, noticedBy: string, subject: ConformanceSubject): Promise<string[]> {
  const failures: string[] = []
  const found: Promise<void>[] = []
  let here = ''
  const runCase = async (name: string, body: () => Promise<void>): Promise<void> => {
    try {
      await Promise.race([body(), tooLong()])
    } catch (error) {
      failures.push(`${name}: ${String(error)}`)
    }
  }
  replicaClientConformance(
    {
      describe(name, body) {
        here = name
        body()
      },
      test(name, body) {
        if (here === topic && name.startsWith(noticedBy)) found.push(runCase(name, body))
      },
    },
    subject,
  )
  assert.equal(found.length, 1, `cases that begin with ${JSON.stringify(noticedBy)}`)
  await Promise.all(found)
  return failures
}

async function tooLong(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  setTimeout(() => reject(new Error('it does not end')), CASE_MS_MAX).unref()
  return await promise
}

export function overridden(client: ReplicaClient, overrides: Partial<ReplicaClient>): ReplicaClient {
  return {
    type: client.type,
    url: client.url,
    abilities: client.abilities,
    init: (options) => client.init(options),
    listFiles: (level, options) => client.listFiles(level, options),
    readFile: (file, options) => client.readFile(file, options),
    writeFile: (file, source, options) => client.writeFile(file, source, options),
    deleteFiles: (files, options) => client.deleteFiles(files, options),
    deleteAll: (options) => client.deleteAll(options),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    ...overrides,
  }
}
