import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { sqliteClient } from './index.ts'

const directory = mkdtempSync(join(tmpdir(), 'ltx-custom-client-'))
afterAll(() => rmSync(directory, { recursive: true }))
let count = 0
const open = (path: string) => sqliteClient({ path, env: nodeEnv() })

replicaClientConformance(
  { describe, test, skip: test.skip },
  {
    create: async () => open(join(directory, `${++count}.db`)),
    another: async ({ url }) => open(url.replace('sqlite-replica:', '')),
    lacks: {
      'foreign-objects': 'a table holds nothing else',
      'counted-listings': 'a query is no request',
      'provoked-failures': 'no server that could refuse',
    },
  },
)
