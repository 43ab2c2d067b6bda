import assert from 'node:assert/strict'
import { test } from 'vitest'
import { nearestWord } from './nearest-word.ts'

const known = ['path', 'monitor-interval', 'replica', 'replicas', 'sync-interval']
const rows: readonly [word: string, nearest: string | null][] = [
  ['pth', 'path'],
  ['paht', 'path'],
  ['monitor_interval', 'monitor-interval'],
  ['Replica', 'replica'],
  ['replcas', 'replicas'],
  ['bucket', null],
  ['', null],
]
for (const [word, nearest] of rows) {
  test(`nearestWord: "${word}" → ${nearest}`, () => assert.equal(nearestWord(word, known), nearest))
}
