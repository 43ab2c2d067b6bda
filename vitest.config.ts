import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    maxWorkers: 3, // for two cores: the tests wait for disks and other processes as much as they compute
    projects: ['packages/*', 'apps/*', 'tools/*', 'examples/*'],
    coverage: {
      provider: 'v8',
      include: ['{packages,apps}/*/src/**/*.ts'],
      reporter: ['text', 'json-summary'],
    },
  },
})
