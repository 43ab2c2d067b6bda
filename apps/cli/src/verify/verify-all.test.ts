import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { makeSoundReplica } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { verifyAll } from './verify-all.ts'

const FLAGS = { config: 'ltx.yml', 'no-expand-env': false, json: false, all: false, dir: '', parallelism: 1 }

test('verifyAll: an empty replica and a sound one; stopped → both are told and counted, exit code 1; the reason', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'backup'))
  const text = 'dbs: [{path: a.db, replica: {path: none}}, {path: b.db, replica: {path: backup}}]'
  await writeFile(join(directory.path, 'ltx.yml'), text)
  const { io, output } = testIo({ environment: process.env, workingDirectory: directory.path })
  assert.equal(await verifyAll(FLAGS, io, new AbortController().signal), 1)
  const path = (name: string): string => join(directory.path, name)
  assert.ok(output.stdout.startsWith(`${path('a.db')}\ncheck `), output.stdout)
  assert.ok(output.stdout.includes(`\n\n${path('b.db')}\ncheck `))
  assert.ok(output.stdout.endsWith(`\n2 databases, 1 proven, 1 NOT: ${path('a.db')}\n`))
  const reason = new Error('enough')
  await assert.rejects(verifyAll(FLAGS, io, AbortSignal.abort(reason)), reason)
})
