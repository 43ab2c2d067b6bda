import assert from 'node:assert/strict'
import { test } from 'vitest'
import { socketAddress } from './socket-address.ts'

const rows: readonly [situation: string, path: string, platform: NodeJS.Platform, address: string][] = [
  ['Linux', '/run/a.sock', 'linux', '/run/a.sock'],
  ['macOS', '/run/a.sock', 'darwin', '/run/a.sock'],
  ['Windows, a path', 'C:\\ProgramData\\ltx.sock', 'win32', '\\\\.\\pipe\\C-ProgramData-ltx.sock'],
  ['Windows, the usual path', '/var/run/litestream.sock', 'win32', '\\\\.\\pipe\\var-run-litestream.sock'],
  ['Windows, a pipe', '\\\\.\\pipe\\mine', 'win32', '\\\\.\\pipe\\mine'],
]
for (const [situation, path, platform, address] of rows) {
  test(`socketAddress: ${situation} → ${address}`, () => assert.equal(socketAddress(path, platform), address))
}

test('socketAddress: empty, or longer than the system takes → an error that says so', () => {
  assert.throws(() => socketAddress('', 'linux'), /is empty/)
  const long = `/${'x'.repeat(107)}`
  assert.throws(() => socketAddress(long, 'linux'), /too long \(108 bytes, and the system takes 107\)/)
  assert.throws(() => socketAddress(long.slice(0, 104), 'darwin'), /takes 103/)
  assert.equal(socketAddress(long.slice(0, 107), 'linux').length, 107)
})
