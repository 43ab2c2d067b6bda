import { afterAll, describe, test } from 'vitest'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { realSubject } from './real-subject.ts'
import { simSubject } from './sim-subject.ts'

describe.each([false, true])('on the real file system, may block: %s', (mayBlock) => {
  const subject = realSubject(mayBlock)
  afterAll(() => subject.dispose())
  replicaClientConformance({ describe, test, skip: test.skip }, subject)
})

describe('on simulated files', () => {
  replicaClientConformance({ describe, test, skip: test.skip }, simSubject())
})
