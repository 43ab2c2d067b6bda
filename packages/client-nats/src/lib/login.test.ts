import assert from 'node:assert/strict'
import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as nats from '@nats-io/transport-node'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { afterAll, test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { startFakeServer, TOKEN } from '../../test/fake-server.ts'
import { clientOf } from '../../test/subject.ts'
import type { NatsClientOptions } from './options.ts'
import { checkOptions } from './options.ts'
import { loginOptions } from './login.ts'

const sdk = { ...nats, jetstream, jetstreamManager }
const keys = nats.nkeys.createUser()
const seed = new TextDecoder().decode(keys.getSeed())
const folder = await mkdtemp(join(tmpdir(), 'ltx-nats-'))
afterAll(() => rm(folder, { recursive: true }))

const creds = join(folder, 'user.creds')
const credsText = `-----BEGIN NATS USER JWT-----
eyJ.the.jwt
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`
await writeFile(creds, credsText)

async function answerTo(options: Partial<NatsClientOptions>): Promise<nats.Auth> {
  const { authenticator } = await loginOptions(sdk, checkOptions({ bucket: 'b', env: nodeEnv(), ...options }))
  assert.ok(typeof authenticator === 'function')
  return authenticator('nonce')
}

function isSigned(sig: string | undefined): boolean {
  return keys.verify(new TextEncoder().encode('nonce'), Buffer.from(sig ?? '', 'base64'))
}

test('login: user and password, or a token → said as they are', async () => {
  assert.deepEqual(await answerTo({ username: 'u', password: 'p' }), { user: 'u', pass: 'p' })
  assert.deepEqual(await answerTo({ token: 't' }), { auth_token: 't' })
})

test('login: an nkey as its seed, or as public key and seed → the challenge is signed', async () => {
  for (const options of [{ nkey: seed }, { nkey: keys.getPublicKey(), seed }]) {
    const answer = (await answerTo(options)) as nats.NKeyAuth
    assert.equal(answer.nkey, keys.getPublicKey())
    assert.equal(isSigned(answer.sig), true)
  }
})

test('login: jwt and seed, or a file with both → the JWT, and the challenge signed', async () => {
  for (const options of [{ jwt: 'eyJ.the.jwt', seed }, { creds }]) {
    const answer = (await answerTo(options)) as nats.JwtAuth
    assert.equal(answer.jwt, 'eyJ.the.jwt')
    assert.equal(isSigned(answer.sig), true)
  }
})

test('login: at a server that verifies → an nkey and a token let in, another nkey does not', async () => {
  await using server = await startFakeServer({ nkey: keys.getPublicKey() })
  const stream = server.newBucket()
  const none = { username: '', password: '' }
  await using byKey = clientOf(server, stream, { ...none, nkey: seed })
  await byKey.init()
  await using byToken = clientOf(server, stream, { ...none, token: TOKEN })
  await byToken.init()
  const other = new TextDecoder().decode(nats.nkeys.createUser().getSeed())
  await using stranger = clientOf(server, stream, { ...none, nkey: other })
  await assert.rejects(stranger.init(), (error) => isClientError(error, 'CLIENT_DENIED'))
})

test('login: certificates → their content, several authorities as one', async () => {
  const [ca, other, cert, key] = ['ca', 'other', 'cert', 'key'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ]
  for (const file of [ca, other, cert, key]) await writeFile(file, `content of ${file}`)
  const options = { bucket: 'b', env: nodeEnv(), rootCas: [ca, other], clientCert: cert, clientKey: key }
  assert.deepEqual((await loginOptions(sdk, checkOptions(options))).tls, {
    ca: `content of ${ca}\ncontent of ${other}`,
    cert: `content of ${cert}`,
    key: `content of ${key}`,
  })
})

const bad: readonly (readonly [situation: string, Partial<NatsClientOptions>, RegExp])[] = [
  ['a seed that is none', { nkey: 'SUsecretsecret' }, /seed of nkey/],
  ['a JWT with a seed that is none', { jwt: 'x', seed: 'SUsecretsecret' }, /seed is not/],
  ['a creds file that is missing', { creds: join(folder, 'nope') }, /cannot read the file of creds/],
  ['a creds file with something else', { creds: join(folder, 'not-creds') }, /no JWT/],
  ['an authority that is missing', { rootCas: [join(folder, 'nope')] }, /root-cas/],
]
for (const [situation, options, message] of bad) {
  test(`login: ${situation} → CLIENT_BAD_OPTIONS that names it, and no secret`, async () => {
    await writeFile(join(folder, 'not-creds'), 'secretsecret')
    await assert.rejects(
      loginOptions(sdk, checkOptions({ bucket: 'b', env: nodeEnv(), ...options })),
      (error) =>
        isClientError(error, 'CLIENT_BAD_OPTIONS') &&
        message.test(error.message) &&
        !`${error.stack} ${String(error.cause)}`.includes('secretsecret'),
    )
  })
}
