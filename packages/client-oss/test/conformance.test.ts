import { afterAll, describe, test } from 'vitest'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { startFakeServer } from './fake-server.ts'
import { fakeSubject } from './subject.ts'

const server = await startFakeServer({ perPage: 2 })
afterAll(() => server[Symbol.asyncDispose]())

for (const signature of ['v4', 'v1'] as const) {
  describe(`signed with ${signature}`, () => {
    replicaClientConformance({ describe, test, skip: test.skip }, fakeSubject(server, { signature }))
  })
}
