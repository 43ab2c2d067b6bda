import { defineConfig } from 'vitest/config'
import { shared } from '../../vitest.shared.ts'

// no isolation: a hundred small files, of which none leaves anything behind, spend most of their time in starting
export default defineConfig({ test: { ...shared, isolate: false } })
