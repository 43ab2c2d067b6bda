import { defineConfig } from 'vitest/config'
import { sharedPure } from '../../vitest.shared.ts'

export default defineConfig({ test: { ...sharedPure } })
