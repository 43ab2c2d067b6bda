import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, test } from 'vitest'
import { ACCOUNT, ACCOUNT_KEY } from './check-signature.ts'
import { startFakeServer } from './fake-server.ts'

const folder = resolve(import.meta.dirname, '..')
const readme = readFileSync(resolve(folder, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '')
const run = promisify(execFile)

const server = await startFakeServer({ perPage: 2 })
const container = server.newContainer('my-container')
afterAll(() => server[Symbol.asyncDispose]())

test('README: its examples → one for each door', () => assert.equal(examples.length, 1))

for (const [index, code] of examples.entries()) {
  test(`README: example ${index + 1} → runs against an emulator, and its assertions hold`, async () => {
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', code]
    const connection = `AccountName=${ACCOUNT};AccountKey=${ACCOUNT_KEY};BlobEndpoint=${server.url}`
    const env = { ...process.env, AZURE_STORAGE_CONNECTION_STRING: connection }
    await run(process.execPath, flags, { cwd: folder, env })
    assert.equal(container.blobs.size, 1)
  })
}
