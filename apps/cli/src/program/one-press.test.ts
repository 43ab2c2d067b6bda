import assert from 'node:assert/strict'
import { test } from 'vitest'
import { onePress } from './one-press.ts'

test('onePress: signals close together and apart → one for each press', () => {
  const heard: string[] = []
  let now = 0
  const listener = onePress<string>(
    (signal) => heard.push(`${signal} at ${now}`),
    () => now,
  )
  for (const [atMs, signal] of [
    [0, 'SIGINT'],
    [0, 'SIGINT'],
    [3, 'SIGTERM'],
    [260, 'SIGINT'],
    [420, 'SIGINT'],
    [580, 'SIGTERM'], // somebody who hammers is heard, too
    [800, 'SIGTERM'],
    [900, 'SIGTERM'],
  ] as const) {
    now = atMs
    listener(signal)
  }
  assert.deepEqual(heard, ['SIGINT at 0', 'SIGINT at 260', 'SIGTERM at 580', 'SIGTERM at 900'])
})
