import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Files, Logger } from '@ltx/env'
import { WatchedTree } from './watched-tree.ts'

interface Fake {
  readonly tree: WatchedTree
  /** What happened, in order. */
  readonly calls: string[]
  readonly fail: Map<string, (error: Error) => void>
}

function fakeTree(failing: ReadonlySet<string> = new Set()): Fake {
  const calls: string[] = []
  const fail = new Map<string, (error: Error) => void>()
  const files: Pick<Files, 'watch'> = {
    watch(directory, onEvent, onError) {
      calls.push(`watch ${directory}`)
      fail.set(directory, onError)
      if (failing.has(directory)) onError(new Error('no watches left'))
      else onEvent({ name: 'x' })
      return () => void calls.push(`stop ${directory}`)
    },
  }
  const logger: Logger = {
    log: (level, message) => void calls.push(`${level}: ${message}`),
    with: () => logger,
  }
  const tree = new WatchedTree({
    files,
    logger,
    onEvent: (directory, name) => void calls.push(`event ${directory} ${name}`),
  })
  return { tree, calls, fail }
}

test('WatchedTree: the same directory again → nothing; another one of its name → watched anew', () => {
  const { tree, calls } = fakeTree()
  assert.ok(tree.add('/a', '1'))
  assert.ok(!tree.add('/a', '1'))
  assert.ok(tree.add('/a', '2'))
  assert.deepEqual(calls, ['watch /a', 'event /a x', 'stop /a', 'watch /a', 'event /a x'])
})

test('WatchedTree: a directory dropped → with all below it, and nothing beside it', () => {
  const { tree, calls } = fakeTree()
  for (const path of ['/a', '/a/b', '/a/b/c', '/ab']) tree.add(path, path)
  tree.drop('/a')
  assert.deepEqual(tree.paths, ['/ab'])
  assert.deepEqual(calls.slice(-3), ['stop /a', 'stop /a/b', 'stop /a/b/c'])
})

test('WatchedTree: directories that cannot be watched → one warning; tried again, and watched when that works', () => {
  const failing = new Set(['/a', '/b'])
  const { tree, calls } = fakeTree(failing)
  tree.add('/a', '1')
  tree.add('/b', '2')
  assert.ok(tree.hasUnwatched)
  assert.equal(calls.filter((call) => call.startsWith('warn')).length, 1)
  failing.clear()
  tree.retry()
  assert.ok(!tree.hasUnwatched)
  tree.retry()
  assert.equal(calls.filter((call) => call === 'watch /a').length, 2)
})

test('WatchedTree: a watch that fails later → everything there is looked at; one of a directory that was dropped → nothing', () => {
  const { tree, calls, fail } = fakeTree()
  tree.add('/a', '1')
  fail.get('/a')?.(new Error('gone'))
  assert.ok(tree.hasUnwatched)
  assert.ok(calls.includes('event /a null'))
  tree.drop('/a')
  const before = calls.length
  fail.get('/a')?.(new Error('gone'))
  assert.equal(calls.length, before)
})
