import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { contentOf, putContent } from '../../../test/instant-env.ts'
import { parseOutputPath } from '../output-path.ts'
import { readSidecar, writeSidecar } from './sidecar.ts'

const output = parseOutputPath('/copy/app.db')

test('sidecar: written → 16 hex digits and a line feed, durable, and read back', async () => {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/copy')
  await writeSidecar(env, output, toTxid(1n))
  await writeSidecar(env, output, toTxid(0xabcn))
  env.files.crash()
  assert.equal(new TextDecoder().decode(await contentOf(env, '/copy/app.db-txid')), '0000000000000abc\n')
  assert.deepEqual(await readSidecar(env, output), { kind: 'txid', txid: 0xabcn })
  assert.deepEqual(await env.files.list('/copy'), ['app.db-txid'])
})

const texts: readonly [text: string, kind: 'txid' | 'bad'][] = [
  ['0000000000000ABC', 'txid'],
  ['  0000000000000abc\r\n', 'txid'],
  ['', 'bad'],
  ['0000000000000000', 'bad'],
  ['abc', 'bad'],
  ['0000000000000abc 1', 'bad'],
]

for (const [text, kind] of texts) {
  test(`sidecar: ${JSON.stringify(text)} → ${kind}`, async () => {
    const env = simEnv({ seed: 1 })
    await putContent(env, '/copy/app.db-txid', new TextEncoder().encode(text))
    assert.equal((await readSidecar(env, output)).kind, kind)
  })
}

test('sidecar: none → missing', async () => {
  assert.deepEqual(await readSidecar(simEnv({ seed: 1 }), output), { kind: 'missing' })
})
