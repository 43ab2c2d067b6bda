import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, test } from 'vitest'
import { KEY_ID, SECRET } from './check-signature.ts'
import { startFakeServer } from './fake-server.ts'

const folder = resolve(import.meta.dirname, '..')
const readme = readFileSync(resolve(folder, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '')
const run = promisify(execFile)

const server = await startFakeServer({ perPage: 2 })
const bucket = server.newBucket('my-bucket')
afterAll(() => server[Symbol.asyncDispose]())

test('README: its examples → one for each door', () => assert.equal(examples.length, 1))

for (const [index, code] of examples.entries()) {
  test(`README: example ${index + 1} → runs against a server, and its assertions hold`, async () => {
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', code]
    const keys = { OSS_ENDPOINT: server.url, OSS_ACCESS_KEY_ID: KEY_ID, OSS_ACCESS_KEY_SECRET: SECRET }
    const { stderr } = await run(process.execPath, flags, { cwd: folder, env: { ...process.env, ...keys } })
    assert.equal(stderr, '')
    assert.equal(bucket.objects.size, 1)
  })
}
