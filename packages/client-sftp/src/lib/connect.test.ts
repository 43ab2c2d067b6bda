import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, test } from 'vitest'
import { PASSWORD, startFakeServer, type FakeServer } from '../../test/fake-server.ts'
import { optionsOf } from '../../test/subject.ts'
import type { SftpClientOptions } from '../index.ts'
import { connectSftp } from './connect.ts'
import { SftpConnectionError } from './errors.ts'
import { checkOptions } from './options.ts'

const directory = mkdtempSync(join(tmpdir(), 'ltx-keys-'))
const mine = ssh2.utils.generateKeyPairSync('ed25519')
const other = ssh2.utils.generateKeyPairSync('ed25519')
const locked = ssh2.utils.generateKeyPairSync('ed25519', {
  passphrase: 'open sesame',
  cipher: 'aes256-ctr',
  rounds: 4,
})

function keyFile(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  chmodSync(path, 0o600)
  return path
}

const server = await startFakeServer({ publicKey: mine.public })
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

async function login(
  more: Partial<SftpClientOptions>,
  to: FakeServer = server,
): Promise<{ readonly unknown: string[] }> {
  const unknown: string[] = []
  const settings = checkOptions(optionsOf(to, '/x', { timeoutMs: 3000, ...more }))
  const wire = await connectSftp(settings, (found) => unknown.push(found), new AbortController().signal)
  wire.client.end()
  return { unknown }
}

function trouble(kind: SftpConnectionError['trouble'], text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof SftpConnectionError, String(error))
    assert.equal(error.trouble, kind)
    assert.match(error.message, text)
    assert.ok(!error.message.includes(PASSWORD))
    return true
  }
}

function knownHosts(text: string): Partial<SftpClientOptions> {
  return { hostKey: undefined, knownHostsPath: keyFile('known_hosts', text) }
}

/** An SSH agent in this process. */
function startAgent(socket: string, privateKey: string): Server {
  const key = ssh2.utils.parseKey(privateKey)
  if (key instanceof Error || Array.isArray(key)) throw new TypeError('one key')
  return createServer((connection) => {
    const agent = new ssh2.AgentProtocol(false)
    agent.on('identities', (request) => agent.getIdentitiesReply(request, [key]))
    agent.on('sign', (request, _key, data) => agent.signReply(request, key.sign(data)))
    connection.pipe(agent).pipe(connection)
  }).listen(socket)
}

const nothing = { password: undefined }
const withKey = { ...nothing, keyPath: keyFile('mine', mine.private) }

for (const [what, options] of [
  ['the right password', {}],
  ['the right key', withKey],
  ['a wrong password and the right key', { ...withKey, password: 'wrong' }],
] as const) {
  test(`connectSftp: ${what} → in, and the host key is verified`, async () => {
    assert.deepEqual((await login(options)).unknown, [])
  })
}

for (const [what, options, text] of [
  ['a wrong password', { password: 'wrong' }, /tried: password\b.*takes: password, publickey/],
  ['a wrong user', { user: 'nobody' }, /does not let nobody in/],
  ['a wrong key', { ...nothing, keyPath: keyFile('other', other.private) }, /tried: publickey/],
  ['nothing to get in with', nothing, /nothing that was given fits/],
  ['an agent that is not there', { ...nothing, agent: join(directory, 'none') }, /agent failed/],
] as const) {
  test(`connectSftp: ${what} → denied, says what was tried`, async () => {
    await assert.rejects(login(options), trouble('denied', text))
  })
}

for (const [what, keyPath, text] of [
  ['a key with a passphrase', keyFile('locked', locked.private), /has a passphrase: load it into an agent/],
  ['a public key', keyFile('mine.pub', mine.public), /is a public key/],
  ['a file that is no key', keyFile('text', 'hello'), /is no private key/],
  ['a key file that is not there', join(directory, 'none'), /cannot be read: ENOENT/],
] as const) {
  test(`connectSftp: ${what} → a setting to mend`, async () => {
    await assert.rejects(login({ ...nothing, keyPath }), trouble('options', text))
  })
}

test('connectSftp: a server that asks at the keyboard → answered with the password', async () => {
  await using asking = await startFakeServer({ methods: ['keyboard-interactive'] })
  await login({}, asking)
  await assert.rejects(login({ password: 'wrong' }, asking), trouble('denied', /tried: keyboard-interactive/))
})

test('connectSftp: an agent with the key → in; with another → denied', async () => {
  for (const [pair, text] of [
    [mine, null],
    [other, /tried: agent/],
  ] as const) {
    const socket = join(directory, text === null ? 'agent-right' : 'agent-wrong')
    const agent = startAgent(socket, pair.private)
    await once(agent, 'listening')
    if (text === null) await login({ ...nothing, agent: socket })
    else await assert.rejects(login({ ...nothing, agent: socket }), trouble('denied', text))
    agent.close()
  }
})

test('connectSftp: another host key than the one given → denied, with both fingerprints', async () => {
  await assert.rejects(
    login({ hostKey: other.public }),
    trouble('denied', /mismatch.*showed ssh-ed25519 SHA256:[^ ]+, but host-key says ssh-ed25519 SHA256:/),
  )
})

test('connectSftp: no host key, and known_hosts → right, wrong, or not known', async () => {
  const named = (key: string): string => `[127.0.0.1]:${server.port} ${key}\n`
  assert.deepEqual((await login(knownHosts(named(server.hostKey)))).unknown, [])
  assert.equal((await login(knownHosts(`elsewhere ${other.public}`))).unknown.length, 1)
  await assert.rejects(
    login(knownHosts(named(other.public))),
    trouble('denied', /mismatch.*known_hosts says/),
  )
})

test('connectSftp: the host key is of a sort that others come before → asked for, and right', async () => {
  await using rsa = await startFakeServer({ hostKeyType: 'rsa' })
  await login({}, rsa)
  await assert.rejects(login({ hostKey: server.hostKey }, rsa), trouble('denied', /showed ssh-rsa SHA256:/))
})

test('connectSftp: nothing listens → unreachable, at once', async () => {
  await assert.rejects(login({ port: 1 }), trouble('unreachable', /ECONNREFUSED: nothing listens/))
})

test('connectSftp: somebody answers who is silent, or speaks otherwise → unreachable within the time', async () => {
  for (const [greeting, text] of [
    ['', /no answer within 300 ms while connecting/],
    ['HTTP/1.1 400 Bad Request\r\n\r\n', /127\.0\.0\.1/],
  ] as const) {
    const odd = createServer((socket) => {
      socket.on('error', () => undefined)
      if (greeting !== '') socket.end(greeting)
    }).listen(0, '127.0.0.1')
    await once(odd, 'listening')
    const { port } = odd.address() as AddressInfo
    await assert.rejects(login({ port, timeoutMs: 300 }), trouble('unreachable', text))
    odd.close()
  }
})

test('connectSftp: ended before it is there → the reason, and no connection is left', async () => {
  const controller = new AbortController()
  const settings = checkOptions(optionsOf(server, '/x'))
  const connecting = connectSftp(settings, () => undefined, controller.signal)
  controller.abort('enough')
  await assert.rejects(connecting, (reason) => reason === 'enough')
})
