import type { ReplicaClient } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import type { VerifyJob } from '../src/verify/verify-job.ts'
import { testIo } from './test-io.ts'

/** A verification of a replica as the command would make it, without a local state. */
export function verifyJob(client: ReplicaClient, changes: Partial<VerifyJob> = {}): VerifyJob {
  return {
    client,
    env: nodeEnv(),
    io: testIo({ environment: process.env }).io,
    metaPath: null,
    confirmed: null,
    directory: null,
    all: false,
    parallelism: 2,
    niceness: 0,
    onProgress() {},
    signal: new AbortController().signal,
    ...changes,
  }
}
