import { afterAll, describe, test } from 'vitest'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { startFakeServer } from './fake-server.ts'
import { fakeSubject } from './subject.ts'

const openSsh = await startFakeServer()
const bare = await startFakeServer({ extensions: [] })
afterAll(async () => {
  await openSsh[Symbol.asyncDispose]()
  await bare[Symbol.asyncDispose]()
})

describe('with the extensions of OpenSSH', () => {
  replicaClientConformance({ describe, test, skip: test.skip }, fakeSubject(openSsh))
})

describe('with the protocol alone, one write at a time', () => {
  const subject = fakeSubject(bare, { concurrentWrites: false })
  replicaClientConformance({ describe, test, skip: test.skip }, subject)
})
