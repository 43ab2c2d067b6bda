import type { ViteUserConfig } from 'vitest/config'

export const shared: NonNullable<ViteUserConfig['test']> = {
  pool: 'forks',
  testTimeout: 60_000, // a limit for what hangs, not a measure of speed: machines differ
  hookTimeout: 60_000,
  include: ['src/**/*.test.ts', 'test/**/*.test.ts'], // a package in which no test is found fails
  exclude: ['**/node_modules/**', '**/*.{live,interop,crash,slow,pack}.test.ts'], // each such suite has its own config and script
}
