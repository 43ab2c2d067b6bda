import assert from 'node:assert/strict'
import { test } from 'vitest'
import { connectProblem } from './connect-problem.ts'

const tried = { path: '/run/a.sock', timeout: 30, programName: 'litestream' }

const rows: readonly [code: string, text: RegExp][] = [
  ['ENOENT', /no socket \/run\/a\.sock\. Is 'litestream replicate' running, .*enabled: true.*-socket/],
  ['ECONNREFUSED', /nobody listens on \/run\/a\.sock.*Start 'litestream replicate' again/],
  ['EACCES', /permission denied: \/run\/a\.sock\. Run this as the user who runs the daemon/],
  ['ENOTSOCK', /^\/run\/a\.sock is no socket$/],
  ['ECONNRESET', /closed the connection without an answer/],
  ['EIO', /^\/run\/a\.sock: broken$/],
]
for (const [code, text] of rows) {
  test(`connectProblem: ${code} → names the socket and what to do`, () => {
    assert.match(connectProblem(Object.assign(new Error('broken'), { code }), tried), text)
  })
}

test('connectProblem: no answer in time → says how long was waited, and that it may go on', () => {
  const error = Object.assign(new Error('The operation was aborted'), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  })
  assert.match(
    connectProblem(error, tried),
    /no answer from \/run\/a\.sock within 30s; .*-timeout waits longer/,
  )
})
