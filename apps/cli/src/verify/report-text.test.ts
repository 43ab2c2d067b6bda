import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { reportFields, reportText } from './report-text.ts'

const subject = { replica: 'file:///r', databasePath: '/data/app.db' }
const finding = (check: string, result: 'ok' | 'failed' | 'skipped', found: string) => ({
  check,
  result,
  found,
  durationMs: 1.4,
})

test('reportText, reportFields: proven → transaction and moment; the rest in a table', () => {
  const findings = [finding('restore', 'ok', '4 kB'), finding('compare', 'skipped', 'by URL')]
  const report = { proven: true, txid: toTxid(31n), timestampMs: 1000, bytes: 4096, findings }
  assert.equal(
    reportText(report, subject),
    `check    result  took  found
restore  ok      1 ms  4 kB
not checked: compare: by URL
file:///r can be restored: transaction 000000000000001f of 1970-01-01T00:00:01Z, proven
`,
  )
  const json = reportFields(report, subject, 12.6)
  assert.deepEqual(
    [json.db_path, json.proven, json.txid, json.replicated_at, json.size, json.duration_ms],
    ['/data/app.db', true, '000000000000001f', '1970-01-01T00:00:01Z', 4096, 13],
  )
})

test('reportText: nothing restored → says so in capitals, checks that were left out are told once', () => {
  const findings = [
    finding('list', 'failed', 'EIO'),
    finding('levels', 'skipped', 'after "list" failed'),
    finding('plan', 'skipped', 'after "list" failed'),
  ]
  const text = reportText({ proven: false, txid: null, timestampMs: null, bytes: 0, findings }, subject)
  assert.match(text, /not checked: levels, plan: after "list" failed\nfile:\/\/\/r is NOT proven/)
})
