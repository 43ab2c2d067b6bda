import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ReplicaClient } from '@ltx/client-core'
import type { ConformanceSubject } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { fileClient } from '../src/index.ts'

/** The file client on directories of their own below one temporary directory. `dispose` removes that. */
export function realSubject(mayBlock: boolean = false): ConformanceSubject & { dispose(): void } {
  const top = mkdtempSync(join(tmpdir(), 'ltx-client-file-'))
  const roots = new WeakMap<ReplicaClient, string>()
  let count = 0
  const make = (root: string): ReplicaClient => {
    const client = fileClient({ path: root, env: nodeEnv(), mayBlock })
    roots.set(client, root)
    return client
  }
  const inRoot = (client: ReplicaClient, path: string): string => join(roots.get(client) ?? '', path)
  return {
    create: async () => make(join(top, `replica ${count++}`)),
    another: async (client) => make(inRoot(client, '')),
    async putForeign(client, path, bytes) {
      mkdirSync(dirname(inRoot(client, path)), { recursive: true })
      writeFileSync(inRoot(client, path), bytes)
    },
    hasForeign: async (client, path) => existsSync(inRoot(client, path)),
    lacks: {
      'earliest-timestamps': 'a file has no metadata',
      'counted-listings': 'a directory is read at once',
      'provoked-failures': 'tests may run as root, whom no permission stops; the simulated files have this',
    },
    dispose: () => rmSync(top, { recursive: true }),
  }
}
