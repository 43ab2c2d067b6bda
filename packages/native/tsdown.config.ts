import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/*.ts', '!src/*.test.ts'],
  platform: 'node',
  target: 'node22.18',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
})
