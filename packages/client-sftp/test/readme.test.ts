import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, test } from 'vitest'
import { PASSWORD, startFakeServer, USER } from './fake-server.ts'
import { NAME } from './material.ts'

const folder = resolve(import.meta.dirname, '..')
const readme = readFileSync(resolve(folder, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '')
const run = promisify(execFile)

const server = await startFakeServer()
afterAll(() => server[Symbol.asyncDispose]())

test('README: its examples → one for each door', () => assert.equal(examples.length, 1))

for (const [index, code] of examples.entries()) {
  test(`README: example ${index + 1} → runs, its assertions hold, and it ends by itself`, async () => {
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', code]
    const url = `sftp://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}/replicas/app`
    const env = { ...process.env, REPLICA_URL: url, HOME: server.files.root }
    await run(process.execPath, flags, { cwd: folder, env, timeout: 20_000 })
    assert.ok(existsSync(server.files.real(`/replicas/app/ltx/0/${NAME}`)))
  })
}
