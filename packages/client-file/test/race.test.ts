import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { nodeEnv } from '@ltx/env/node'
import { fileClient } from '../src/index.ts'
import { fileBytes, key, readAll } from './material.ts'

const ROUNDS = 40
const path = mkdtempSync(join(tmpdir(), 'ltx-race-'))
afterAll(() => rmSync(path, { recursive: true }))

async function start(fill: number): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'race-writer.ts'), [path, String(fill)], { execArgv: [] })
  await once(child, 'message')
  return child
}

test('file client: two processes write one name at once, again and again → one wins each time, with its bytes', async () => {
  const children = await Promise.all([start(1), start(2)])
  try {
    const client = fileClient({ path, env: nodeEnv() })
    for (let txid = 1; txid <= ROUNDS; txid++) {
      const answers = children.map((child) => once(child, 'message'))
      for (const child of children) child.send(String(txid))
      const outcomes = (await Promise.all(answers)).map(([answer]) => answer as string)
      assert.deepEqual(outcomes.toSorted(), ['lost', 'won'], `round ${txid}`)
      const file = key(0, BigInt(txid))
      const winner = outcomes.indexOf('won') + 1
      assert.deepEqual(await readAll(client.readFile(file)), fileBytes(file, 20_000, winner))
    }
    assert.equal(readdirSync(join(path, 'ltx/0')).length, ROUNDS, 'no temporary is left')
  } finally {
    for (const child of children) child.disconnect()
  }
})
