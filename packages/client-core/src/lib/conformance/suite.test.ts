import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { memorySubject } from '../../../test/memory-subject.ts'
import { silentEnv } from '../../../test/silent-env.ts'
import { withFaults } from '../faults/with-faults.ts'
import { withLimit } from '../with-limit.ts'
import { withRetry } from '../with-retry.ts'
import type { ConformanceSubject } from './subject.ts'
import { replicaClientConformance, type Runner } from './suite.ts'

const runner: Runner = { describe, test }
const never = { retriesMax: 0 }

const subjects: Readonly<Record<string, ConformanceSubject>> = {
  'memory client': memorySubject(),
  'memory client that lists the time of writing': memorySubject((client) => client, {
    clock: { wallMs: () => 5 },
  }),
  withRetry: memorySubject((client) => withRetry(client, silentEnv(), never)),
  withLimit: memorySubject((client) => withLimit(client, { readsMax: 1, writesMax: 1 })),
  'withFaults without a fault': memorySubject((client) => withFaults(client, silentEnv(), {})),
}

for (const [name, subject] of Object.entries(subjects)) {
  describe(`suite: ${name}`, () => {
    replicaClientConformance(runner, subject)
  })
}

function registered(subject: ConformanceSubject, withSkip: boolean): string[][] {
  const tests: string[] = []
  const skips: string[] = []
  const listed: Runner = { describe: (_name, register) => register(), test: (name) => tests.push(name) }
  const skip = (name: string): unknown => skips.push(name)
  replicaClientConformance(withSkip ? { ...listed, skip } : listed, subject)
  return [tests, skips]
}

test('suite: a subject that lacks an ability → its cases are skipped, and their names say why', () => {
  const [all = []] = registered(memorySubject(), true)
  const lacking = { ...memorySubject(), lacks: { 'provoked-failures': 'no way to' } }
  const [tests = [], skips = []] = registered(lacking, true)
  assert.equal(tests.length + skips.length, all.length)
  assert.equal(skips.length, 4)
  for (const name of skips) assert.match(name, /\[not run: no way to\]$/)
})

test('suite: a subject that lacks something and a runner that cannot skip → TypeError', () => {
  const lacking = { ...memorySubject(), lacks: { 'create-only': 'old server' } }
  assert.throws(() => registered(lacking, false), TypeError)
})

test('suite: a subject that leaves something out and does not say so → TypeError that names it', () => {
  const silent = { ...memorySubject(), another: undefined } as unknown as ConformanceSubject
  assert.throws(() => registered(silent, true), /another.*second-client/)
})
