import { defineConfig } from 'vitest/config'
import { sharedPure } from '../../vitest.shared.ts'

export default defineConfig({ test: { ...sharedPure, testTimeout: 60_000 } }) // exhaustive tests on a busy machine
