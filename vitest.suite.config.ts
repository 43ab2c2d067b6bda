import { defineConfig } from 'vitest/config'
import { nodeWords } from './vitest.shared.ts'

/** The suites that `pnpm test` leaves out: `vitest run --config vitest.suite.config.ts --mode slow|interop|crash|pack|live`. */
export default defineConfig(({ mode }) => ({
  test: {
    pool: 'forks',
    execArgv: nodeWords,
    include: [`{packages,apps,tools}/*/{src,test}/**/*.${mode}.test.ts`],
    exclude: ['**/node_modules/**'],
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
}))
