/**
 * Which workspace packages each package may import, by folder name; an exact name wins over a pattern. An edge that is
 * not here is a finding. Tests may also import the doors of {@link TEST_DOORS} and the file client.
 */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  kernels: ['native'],
  native: [],
  env: [],
  wal: ['kernels'],
  format: ['kernels', 'wal'],
  compactor: ['format'],
  'client-core': ['format', 'env'],
  'client-*': ['client-core', 'format', 'env'],
  restore: ['format', 'wal', 'compactor', 'client-core', 'env'],
  replicator: ['kernels', 'format', 'wal', 'compactor', 'client-core', 'env', 'restore'],
  cli: ['*'],
  'tools/*': ['*'],
  'examples/*': ['*'],
}

/** Doors made for tests: any test may open them, whatever the table says. */
export const TEST_DOORS: readonly string[] = ['testing', 'memory', 'faults', 'conformance', 'sim', 'node']

/** Packages that tests may import from wherever they are. */
export const TEST_PACKAGES: readonly string[] = ['client-file']

/**
 * Packages from outside the workspace that a published package may depend on, and the files (a pattern with `*`) that
 * alone may import them. Below the clients there are none but these.
 */
export const THIRD_PARTY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  env: { pino: ['packages/env/src/node.ts', 'packages/env/src/lib/node/*'] },
  replicator: { 'better-sqlite3': ['packages/replicator/src/better-sqlite3.ts'] },
  cli: {
    '@modelcontextprotocol/sdk': ['apps/cli/*'],
    'better-sqlite3': ['apps/cli/*'],
    'cli-progress': ['apps/cli/*'],
    pino: ['apps/cli/*'],
    'pino-pretty': ['apps/cli/*'],
    'prom-client': ['apps/cli/*'],
    yaml: ['apps/cli/*'],
    zod: ['apps/cli/*'],
  },
}

/**
 * Doors that hand out the real world. Non-test code below the apps may open them only where this names the file:
 * everybody else is given an Env.
 */
export const REAL_WORLD_DOORS: Readonly<Record<string, readonly string[]>> = {
  '@ltx/env/node': [
    'packages/replicator/src/sqlite-worker.ts',
    'packages/replicator/src/lib/sqlite/*worker*',
  ],
}
