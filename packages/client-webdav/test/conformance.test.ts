import { afterAll, describe, test } from 'vitest'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { startFakeServer } from './fake-server.ts'
import { fakeSubject } from './subject.ts'

const runner = { describe, test, skip: test.skip }

const basic = await startFakeServer('basic')
const digest = await startFakeServer('digest')
afterAll(async () => {
  await basic[Symbol.asyncDispose]()
  await digest[Symbol.asyncDispose]()
})

describe('Basic, ranges, chunks', () => {
  replicaClientConformance(runner, fakeSubject(basic))
})

describe('Digest, no ranges, lengths wanted', () => {
  replicaClientConformance(runner, fakeSubject(digest, { ignoresRanges: true, wantsLength: true }))
})
