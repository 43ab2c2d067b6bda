import { afterAll, describe, test } from 'vitest'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { startFakeServer } from './fake-server.ts'
import { fakeSubject } from './subject.ts'

const server = await startFakeServer({ perPull: 2 })
afterAll(() => server[Symbol.asyncDispose]())

replicaClientConformance({ describe, test, skip: test.skip }, fakeSubject(server))
