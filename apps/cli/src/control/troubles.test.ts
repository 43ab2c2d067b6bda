import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Troubles } from './troubles.ts'

const path = '/data/app.db'

function failing(during: 'open' | 'sync' | 'upload' | 'close', message: string) {
  return { kind: 'error', path, during, error: new Error(message), retryInMs: 1000, log: false } as const
}

test('Troubles: two go wrong → the newest is told; one recovers → the other; both → none', () => {
  const troubles = new Troubles()
  assert.equal(troubles.of(path), null)
  troubles.hear(failing('upload', 'no route'))
  troubles.hear(failing('sync', 'disk full'))
  assert.deepEqual([troubles.of(path)?.during, troubles.of(path)?.error.message], ['sync', 'disk full'])
  troubles.hear(failing('upload', 'still no route'))
  assert.equal(troubles.of(path)?.error.message, 'still no route')
  troubles.hear({ kind: 'upload', path, files: [], confirmed: null })
  assert.equal(troubles.of(path)?.during, 'sync')
  troubles.hear({ kind: 'recovered', path, during: 'sync', failures: 1 })
  assert.equal(troubles.of(path), null)
  assert.equal(troubles.of('/data/other.db'), null)
})

test('Troubles: opened at last, or closed → nothing is left; what failed while it was closed is told by who closed it', () => {
  const troubles = new Troubles()
  troubles.hear(failing('open', 'locked'))
  troubles.hear({ kind: 'state', path, state: 'active' })
  assert.equal(troubles.of(path), null)
  troubles.hear(failing('upload', 'no route'))
  troubles.hear(failing('close', 'no time'))
  assert.equal(troubles.of(path)?.during, 'upload')
  troubles.hear({ kind: 'state', path, state: 'closed' })
  assert.equal(troubles.of(path), null)
})

test('Troubles: another writer → told as an upload that fails', () => {
  const troubles = new Troubles()
  troubles.hear({ kind: 'conflict', path, txid: 7n as never, error: new Error('conflict') })
  assert.deepEqual([troubles.of(path)?.during, troubles.of(path)?.error.message], ['upload', 'conflict'])
})
