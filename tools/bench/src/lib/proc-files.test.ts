import assert from 'node:assert/strict'
import { test } from 'vitest'
import { cpuMsOf, memoryOf } from './proc-files.ts'

test('cpuMsOf: a name with brackets and spaces → user and system, in milliseconds', () => {
  const stat = '42 (a) b (c)) S 1 42 42 0 -1 4194560 904 0 0 0 25 7 0 0 20 0 11 0 6220 1118781440 11872'
  assert.equal(cpuMsOf(stat), 320)
})

test('cpuMsOf: another file → RangeError', () => {
  assert.throws(() => cpuMsOf('VmRSS: 1 kB'), RangeError)
})

test('memoryOf: a running process → both, in bytes; one that has ended → null', () => {
  const status = 'Name:\tnode\nVmHWM:\t   52100 kB\nVmRSS:\t   48000 kB\nThreads:\t11\n'
  assert.deepEqual(memoryOf(status), { rssBytes: 48_000 * 1024, rssBytesMax: 52_100 * 1024 })
  assert.equal(memoryOf('Name:\tnode\nState:\tZ (zombie)\n'), null)
})
