import assert from 'node:assert/strict'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { SftpConnectionError } from './errors.ts'
import { parseHostKey } from './host-key.ts'
import { checkOptions } from './options.ts'
import { hostVerifier } from './verify-host.ts'

const LINE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
const right = parseHostKey(LINE)?.blob ?? Buffer.alloc(0)
const wrong = Buffer.concat([right.subarray(0, -1), Buffer.from([0])])

async function verdicts(
  options: { hostKey?: string; knownHosts?: string },
  env: SimEnv = simEnv({ seed: 1 }),
): Promise<{ right: SftpConnectionError | null; wrong: SftpConnectionError | null; unknown: string[] }> {
  if (options.knownHosts !== undefined) {
    await using handle = await env.files.open('/known_hosts', 'create')
    await handle.write(new TextEncoder().encode(options.knownHosts), 0)
  }
  const base = { host: 'h', user: 'u', env, knownHostsPath: '/known_hosts' }
  const settings = checkOptions({ ...base, hostKey: options.hostKey })
  const unknown: string[] = []
  const verifier = await hostVerifier(settings, (found) => unknown.push(found))
  return { right: verifier.judge(right), wrong: verifier.judge(wrong), unknown }
}

test('hostVerifier: a host key → that one alone, and known_hosts is not looked at', async () => {
  const found = await verdicts({ hostKey: LINE, knownHosts: `@revoked h ${LINE}` })
  assert.equal(found.right, null)
  assert.equal(found.wrong?.trouble, 'denied')
  assert.match(
    found.wrong?.message ?? '',
    /host key mismatch: h:22 showed ssh-ed25519 SHA256:.*host-key says/,
  )
  assert.match(found.wrong?.message ?? '', /says ssh-ed25519 SHA256:\+DiY3wvvV6TuJJhbpZisF/)
})

test('hostVerifier: known_hosts knows the server → its keys alone', async () => {
  const found = await verdicts({ knownHosts: `h ${LINE}` })
  assert.equal(found.right, null)
  assert.match(found.wrong?.message ?? '', /mismatch.*\/known_hosts says/)
  assert.deepEqual(found.unknown, [])
})

test('hostVerifier: known_hosts knows only another server, or is not there → taken, and told', async () => {
  for (const options of [{ knownHosts: `other ${LINE}` }, {}]) {
    const found = await verdicts(options)
    assert.deepEqual([found.right, found.wrong], [null, null])
    assert.equal(found.unknown.length, 2)
    assert.match(found.unknown[0] ?? '', /^ssh-ed25519 SHA256:/)
  }
})

test('hostVerifier: a revoked key → denied, although another line has it', async () => {
  const found = await verdicts({ knownHosts: `h ${LINE}\n@revoked * ${LINE}\n` })
  assert.match(found.right?.message ?? '', /revoked/)
})

test('hostVerifier: known_hosts that cannot be read → an error, never as if it were empty', async () => {
  const env = simEnv({ seed: 1 })
  env.files.failAlways('open', 'EACCES', /known_hosts/)
  await assert.rejects(
    hostVerifier(
      checkOptions({ host: 'h', user: 'u', env, knownHostsPath: '/known_hosts' }),
      () => undefined,
    ),
    (error) => error instanceof SftpConnectionError && error.trouble === 'options',
  )
})
