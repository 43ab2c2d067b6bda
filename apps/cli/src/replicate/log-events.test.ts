import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import type { ReplicatorEvent } from '@ltx/replicator'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { consoleLogger } from '../log/console-logger.ts'
import { logEvents } from './log-events.ts'

const path = '/data/app.db'
const file = { level: 9, minTXID: toTxid(1n), maxTXID: toTxid(31n), size: 5000, createdAtMs: 0 }

const rows: readonly [event: ReplicatorEvent, line: string][] = [
  [
    { kind: 'state', path, state: 'absent' },
    'level=INFO msg="database does not exist yet, waiting for it" db=app.db',
  ],
  [{ kind: 'state', path, state: 'dormant' }, 'level=DEBUG msg=state db=app.db state=dormant'],
  [
    { kind: 'start', path, plan: 'go-on', because: 'equal' },
    'level=INFO msg="replication starts" db=app.db plan=go-on reason=equal',
  ],
  [
    { kind: 'start', path, plan: 'rebase', because: 'other', isOthers: true },
    'level=WARN msg="replication starts" db=app.db plan=rebase reason=other hint="is another database or process using this replica? Each needs a replica path of its own"',
  ],
  [
    { kind: 'resync', path, because: 'no-position', full: false, bytes: 9, isAnother: true },
    'level=WARN msg="the replica held another database" db=app.db reason=no-position size=9 hint="if nobody has put another database here or written every page of it, two databases use this replica"',
  ],
  [{ kind: 'switched-to-wal', path }, 'level=INFO msg="database switched to WAL mode" db=app.db'],
  [
    { kind: 'replaced', path },
    'level=WARN msg="the database file was replaced or deleted; what is there now is opened" db=app.db',
  ],
  [
    { kind: 'resync', path, because: 'no-position', full: true, bytes: 9 },
    'level=INFO msg="the first image of the database is written" db=app.db reason=no-position size=9',
  ],
  [
    { kind: 'resync', path, because: 'not-covered', full: true, bytes: 9 },
    'level=WARN msg="the whole database is written again" db=app.db reason=not-covered size=9',
  ],
  [
    { kind: 'resync', path, because: 'not-covered', full: false, bytes: 9 },
    'level=INFO msg="pages that changed meanwhile are written" db=app.db reason=not-covered size=9',
  ],
  [
    { kind: 'snapshot', path, file, existed: false },
    'level=INFO msg="snapshot complete" db=app.db level=9 txid.min=0000000000000001 txid.max=000000000000001f size=5000',
  ],
  [
    { kind: 'snapshot', path, file, existed: true },
    'level=INFO msg="a snapshot of this position exists, and it is sound" db=app.db level=9 txid.min=0000000000000001 txid.max=000000000000001f size=5000',
  ],
  [
    { kind: 'compaction', path, level: 1, file, inputs: 7 },
    'level=INFO msg="compaction complete" db=app.db inputs=7 level=9 txid.min=0000000000000001 txid.max=000000000000001f size=5000',
  ],
  [
    { kind: 'upload', path, files: [file], confirmed: null },
    'level=DEBUG msg=uploaded db=app.db files=1 level=9 txid.min=0000000000000001 txid.max=000000000000001f size=5000',
  ],
  [{ kind: 'upload', path, files: [], confirmed: null }, 'level=DEBUG msg=uploaded db=app.db files=0'],
  [
    { kind: 'retention', path, deleted: [file], localDeleted: 2 },
    'level=INFO msg="retention enforced" db=app.db deleted_count=1 local_deleted_count=2',
  ],
  [
    { kind: 'conflict', path, txid: toTxid(2n), error: new Error('other bytes') },
    'level=ERROR msg="another writer uses this replica path; uploads of this database have stopped" db=app.db txid=0000000000000002 error="other bytes"',
  ],
  [
    { kind: 'error', path, during: 'upload', error: new Error('EIO'), retryInMs: 1500, log: true },
    'level=ERROR msg="upload failed" db=app.db during=upload error=EIO retry=1.5s',
  ],
  [
    { kind: 'recovered', path, during: 'upload', failures: 3 },
    'level=INFO msg=recovered db=app.db during=upload previous_errors=3',
  ],
  [
    { kind: 'recovered', path, during: 'local-state', failures: 1, because: 'a file is damaged' },
    'level=INFO msg=recovered db=app.db during=local-state previous_errors=1 reason="a file is damaged"',
  ],
]
for (const [event, line] of rows) {
  test(`logEvents: ${event.kind} → ${line}`, () => {
    const { io, output } = testIo()
    logEvents(consoleLogger(io, { level: 'trace', type: 'text', toStderr: false }))(event)
    assert.equal(output.stdout.replace(/^time=\S+ /, ''), `${line}\n`)
  })
}

test('logEvents: a repeated error that need not be told → no line', () => {
  const { io, output } = testIo()
  const logger = consoleLogger(io, { level: 'trace', type: 'text', toStderr: false })
  logEvents(logger)({
    kind: 'error',
    path,
    during: 'upload',
    error: new Error('EIO'),
    retryInMs: 1,
    log: false,
  })
  assert.equal(output.stdout, '')
})
