import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    maxWorkers: 2, // by default one core is left alone; the tests wait for disks and other processes as much as they compute
    projects: ['packages/*', 'apps/*', 'tools/*', 'examples/*'],
    coverage: {
      provider: 'v8',
      include: ['{packages,apps}/*/src/**/*.ts'],
      reporter: ['text', 'json-summary'],
    },
  },
})
