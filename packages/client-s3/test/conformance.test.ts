import { afterAll, describe, test } from 'vitest'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { FakeS3 } from './fake-server.ts'
import { fakeSubject } from './subject.ts'

const fake = await FakeS3.start()
fake.bucket('backups')
afterAll(() => fake[Symbol.asyncDispose]())

describe('against the strict fake', () => {
  replicaClientConformance({ describe, test }, fakeSubject(fake))
})
