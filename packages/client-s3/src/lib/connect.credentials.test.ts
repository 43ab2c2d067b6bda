import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { nodeEnv } from '@ltx/env/node'
import { FakeS3 } from '../../test/fake-server.ts'
import { fileBytes, key, sourceOf } from '../../test/material.ts'
import { s3Client } from './client.ts'

const file = key(0, 1n)
const before = { ...process.env }
let folder = ''

/** Nothing of this machine's own credentials is to be found. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ltx-s3-credentials-'))
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(folder, 'credentials')
  process.env['AWS_CONFIG_FILE'] = join(folder, 'config')
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true'
})

afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, before)
  rmSync(folder, { recursive: true })
})

test('no keys, a profile → its credentials, out of the files of AWS', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  const { accessKeyId, secretAccessKey } = fake.keys
  const content = `[backup]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
  writeFileSync(join(folder, 'credentials'), content)
  const options = { env: nodeEnv(), bucket: 'backups', endpoint: fake.endpoint }
  await using client = s3Client({ ...options, profile: 'backup' })
  await client.writeFile(file, sourceOf(fileBytes(file)))
  await using other = s3Client({ ...options, profile: 'missing' })
  await assert.rejects(other.writeFile(file, sourceOf(fileBytes(file))), /CLIENT_DENIED.*no credentials/)
})

test('no keys, a container with a role → its credentials with their token, asked for once by many clients', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  fake.sessionToken = 'token of the role'
  let asked = 0
  const role = createServer((_request, response) => {
    asked++
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = fake.keys
    const Expiration = new Date(Date.now() + 3_600_000).toISOString()
    response.end(JSON.stringify({ AccessKeyId, SecretAccessKey, Token: fake.sessionToken, Expiration }))
  })
  await new Promise<void>((resolve) => role.listen(0, '127.0.0.1', resolve))
  const { port } = role.address() as AddressInfo
  process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `http://127.0.0.1:${port}/role`
  const env = nodeEnv()
  for (const path of ['a', 'b', 'c']) {
    await using client = s3Client({ env, bucket: 'backups', path, endpoint: fake.endpoint })
    await client.writeFile(file, sourceOf(fileBytes(file)))
  }
  role.closeAllConnections()
  await new Promise((resolve) => role.close(resolve))
  assert.equal(asked, 1)
})
