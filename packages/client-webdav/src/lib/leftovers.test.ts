import assert from 'node:assert/strict'
import { test } from 'vitest'
import { nodeEnv } from '@ltx/env/node'
import { PASSWORD, USER } from '../../test/fake-users.ts'
import { chunksOf, fakeWorlds, fileBytes, key } from '../../test/material.ts'
import { ROOT } from '../../test/subject.ts'
import { Connection } from './connect.ts'
import { isLeftover, sweepLevel } from './leftovers.ts'
import { checkOptions } from './options.ts'

const NOW_MS = 1_700_000_000_000
const LTX = '0000000000000001-0000000000000002.ltx'
const HOUR_MS = 3_600_000

const rows: readonly [name: string, ageMs: number, is: boolean][] = [
  [`${LTX}.4711.0123456789abcdef.tmp`, HOUR_MS, true],
  [`${LTX}.4711.0123456789abcdef.tmp`, HOUR_MS - 1000, false],
  [`probe.4711.0123456789abcdef.tmp`, HOUR_MS, true],
  [`${LTX}.claim`, HOUR_MS, true],
  [`${LTX}.claim`, 120_000, false],
  [`${LTX}.tmp`, HOUR_MS, false],
  [`notes.txt.4711.0123456789abcdef.tmp`, HOUR_MS, false],
  [`x.claim`, HOUR_MS, false],
  [LTX, HOUR_MS, false],
]

for (const [name, ageMs, is] of rows) {
  test(`isLeftover: ${name}, ${ageMs} ms old → ${is}`, () => {
    const entry = { name, depth: 3, isCollection: false, size: 1 }
    assert.equal(isLeftover({ ...entry, modifiedAtMs: NOW_MS - ageMs }, NOW_MS), is)
    assert.equal(isLeftover({ ...entry, modifiedAtMs: null }, NOW_MS), false)
    assert.equal(isLeftover({ ...entry, modifiedAtMs: NOW_MS - ageMs }, null), false)
  })
}

const { world, server } = await fakeWorlds()

test('sweepLevel: the first write to a level → what was left there an hour ago is gone, what is younger stays', async () => {
  const { client, tree } = world()
  const [old, young] = [1, 2].map((pid) => `${ROOT}/ltx/0/${LTX}.${pid}.0123456789abcdef.tmp`)
  tree.store(old ?? '', Buffer.from('x'), Date.now() - 2 * HOUR_MS)
  tree.store(young ?? '', Buffer.from('x'))
  tree.store(`${ROOT}/ltx/0/probe.3.0123456789abcdef.tmp/a`, Buffer.from('x'))
  tree.collections.set(`${ROOT}/ltx/0/probe.3.0123456789abcdef.tmp`, Date.now() - 2 * HOUR_MS)
  await client.writeFile(key(0, 5n), () => chunksOf(fileBytes(key(0, 5n))))
  assert.deepEqual(
    [old, young, `${ROOT}/ltx/0/probe.3.0123456789abcdef.tmp/a`].map((path) => tree.has(path ?? '')),
    [false, true, false],
  )
  const before = tree.count('PROPFIND')
  await client.writeFile(key(0, 6n), () => chunksOf(fileBytes(key(0, 6n))))
  assert.equal(tree.count('PROPFIND') - before, 1, 'it looks once')
})

test('sweepLevel: a server whose clock is ahead → its own clock counts', async () => {
  const { client, tree } = world()
  const young = `${ROOT}/ltx/0/${LTX}.1.0123456789abcdef.tmp`
  server.clockAheadMs = 2 * HOUR_MS
  try {
    tree.store(young, Buffer.from('x'), Date.now() + 2 * HOUR_MS)
    await client.writeFile(key(0, 5n), () => chunksOf(fileBytes(key(0, 5n))))
    assert.ok(tree.has(young))
  } finally {
    server.clockAheadMs = 0
  }
})

test('sweepLevel: looking fails → that is for the next time; an abort is not', async () => {
  const { tree, name } = server.newTree()
  const user = { username: USER, password: PASSWORD }
  const connection = new Connection(checkOptions({ url: `${server.url}/${name}`, ...user, env: nodeEnv() }))
  server.fail(tree, { kind: 'status', status: 503 }, 'PROPFIND')
  await sweepLevel(connection, 0, {})
  assert.equal(tree.count('PROPFIND'), 1)
  const reason = new Error('stop')
  await assert.rejects(
    sweepLevel(connection, 0, { signal: AbortSignal.abort(reason) }),
    (error) => error === reason,
  )
})
