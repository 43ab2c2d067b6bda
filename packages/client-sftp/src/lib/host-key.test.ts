import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fingerprint, parseHostKey, typeOf } from './host-key.ts'

const LINE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'

test('parseHostKey: a line of authorized_keys, with options and a comment → the same key', () => {
  const key = parseHostKey(LINE)
  assert.equal(key?.type, 'ssh-ed25519')
  assert.deepEqual(parseHostKey(`no-pty,command="a b" ${LINE} me@home`), key)
  assert.deepEqual(parseHostKey(`  ${LINE}  `), key)
})

for (const [what, line] of [
  ['nothing', ''],
  ['a type alone', 'ssh-ed25519'],
  ['no base64', 'ssh-ed25519 !!!!'],
  ['a key of another type than it says', LINE.replace('ssh-ed25519', 'ssh-rsa')],
  ['a length beyond the end', 'ssh-ed25519 AAAA/w=='],
] as const) {
  test(`parseHostKey: ${what} → none`, () => assert.equal(parseHostKey(line), null))
}

test('fingerprint: GitHub’s key → as GitHub prints it', () => {
  const blob = parseHostKey(LINE)?.blob ?? Buffer.alloc(0)
  assert.equal(fingerprint(blob), 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
  assert.equal(typeOf(blob), 'ssh-ed25519')
  assert.equal(typeOf(Buffer.alloc(3)), '')
})
