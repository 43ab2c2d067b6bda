import { memoryClient } from '@ltx/client-core/memory'
import type { ReplicaClient } from '@ltx/client-core'
import { simEnv } from '@ltx/env/sim'
import type { Finding } from '../src/doctor/finding.ts'
import type { ProbeBench } from '../src/doctor/probes.ts'

/** Checks of this client, with a replica that is empty. */
export function benchOf(
  client: ReplicaClient,
  signal: AbortSignal = new AbortController().signal,
): ProbeBench {
  return { client, replica: memoryClient(), env: simEnv({ seed: 1 }), largeBytes: 300_000, signal }
}

/** A client whose methods can be replaced one by one. */
export function changed(client: ReplicaClient, changes: Partial<ReplicaClient>): ReplicaClient {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(changes, name) ?? Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

export function resultOf(findings: readonly Finding[], check: string): Finding['result'] | undefined {
  return findings.find((finding) => finding.check === check)?.result
}
