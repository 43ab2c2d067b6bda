import { afterAll, describe, test } from 'vitest'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { realSubject } from './real-subject.ts'
import { simSubject } from './sim-subject.ts'

describe('on the real file system', () => {
  const subject = realSubject()
  afterAll(() => subject.dispose())
  replicaClientConformance({ describe, test, skip: test.skip }, subject)
})

describe('on simulated files', () => {
  replicaClientConformance({ describe, test, skip: test.skip }, simSubject())
})
