import type { ViteUserConfig } from 'vitest/config'

/**
 * Words for the Node that runs tests. The V8 of Node 24 frees an optimised wrapper of a WebAssembly import twice when a thread that used
 * it has ended, and the process dies; Node's own TypeScript loader has such imports, and threads load our sources through it. So no
 * wrapper is optimised there (docs/discoveries/node-24-threads-and-typescript.md).
 */
export const nodeWords: string[] = process.versions.node.startsWith('24.')
  ? ['--wasm-wrapper-tiering-budget=1000000000']
  : []

export const shared: NonNullable<ViteUserConfig['test']> = {
  pool: 'forks',
  maxWorkers: 3, // said here, not at the root, which projects do not ask: the tests wait for disks and other processes as much as they compute
  execArgv: nodeWords,
  testTimeout: 60_000, // a limit for what hangs, not a measure of speed: machines differ
  hookTimeout: 60_000,
  include: ['src/**/*.test.ts', 'test/**/*.test.ts'], // a package in which no test is found fails
  exclude: ['**/node_modules/**', '**/*.{live,interop,crash,slow,pack}.test.ts'], // each such suite has its own config and script
}

/** For packages whose modules keep no state: one process runs many files, which is twice as fast as a process for each. */
export const sharedPure: NonNullable<ViteUserConfig['test']> = { ...shared, isolate: false }
