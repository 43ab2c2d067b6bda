import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ConfigError } from './errors.ts'
import { CONFIG_KEYS } from './keys.ts'
import { readConfig } from './read-config.ts'

const read = (text: string): ReturnType<typeof readConfig> => readConfig(text, 'x.yml', CONFIG_KEYS)
const paths = (text: string): (string | undefined)[] | undefined =>
  read(text)
    .section.sections('dbs')
    ?.map((database) => database.text('path'))

test('readConfig: empty texts → defaults', () => {
  for (const text of ['', '# nothing\n', '---\n', '~\n', 'dbs:\n']) {
    const { section, warnings } = read(text)
    assert.equal(section.duration('l0-retention'), 300_000)
    assert.deepEqual(warnings, [])
  }
})

test('readConfig: a list left empty → no items; absent → null', () => {
  assert.deepEqual(read('levels:\n').section.sections('levels'), [])
  assert.deepEqual(read('levels: []\n').section.sections('levels'), [])
  assert.equal(read('').section.sections('levels'), null)
})

test('readConfig: a value left empty → the default', () => {
  const { section } = read('l0-retention:\nsocket:\nsnapshot:\n  interval: ~\n')
  assert.equal(section.duration('l0-retention'), 300_000)
  assert.equal(section.section('snapshot').duration('interval'), 86_400_000)
  assert.equal(section.section('socket').text('path'), '/var/run/litestream.sock')
})

test('readConfig: anchors, aliases and merges → read; a merge counts where it stands, as in Go', () => {
  const base = 'x-base: &b {path: /b, replica: {path: /rb}}\n'
  assert.deepEqual(paths(`${base}dbs: [{path: /a, <<: *b}]`), ['/b'])
  assert.deepEqual(paths(`${base}dbs: [{<<: *b, path: /a}]`), ['/a'])
  assert.deepEqual(paths(`${base}dbs: [*b, *b]`), ['/b', '/b'])
})

test('readConfig: a list of merges → the earlier map wins', () => {
  assert.deepEqual(paths('x1: &a {path: /a}\nx2: &b {path: /b}\ndbs: [{<<: [*a, *b]}]'), ['/a'])
})

test('readConfig: a merge into a section that is there → its other keys stay', () => {
  const { section } = read(
    'x-base: &b {replica: {type: file}}\ndbs: [{path: /a, replica: {path: /r}, <<: *b}]',
  )
  const replica = section.sections('dbs')?.[0]?.section('replica')
  assert.deepEqual([replica?.text('type'), replica?.text('path')], ['file', '/r'])
})

test('readConfig: a key given twice → the later one, and a warning', () => {
  const { section, warnings } = read('exec: a\nexec: b\n')
  assert.equal(section.text('exec'), 'b')
  assert.deepEqual(warnings, ['x.yml:2: exec is given twice; the later one counts'])
})

test('readConfig: unknown keys → a warning with line and nearest key, and no error', () => {
  const { warnings } = read('dbs:\n  - path: /a\n    replca: {}\n    zzz: 1\nretention-check-interval: 1h\n')
  assert.deepEqual(warnings, [
    'x.yml:3: dbs[0].replca is not a known key; did you mean replica?',
    'x.yml:4: dbs[0].zzz is not a known key',
    'x.yml:5: retention-check-interval belongs to Litestream 0.3 and has no effect',
  ])
})

test('readConfig: a key that nothing acts on yet → a warning, unless it says the default', () => {
  assert.deepEqual(read('validation-interval: 1h\n').warnings, [
    'x.yml:1: validation-interval has no effect, as in Litestream; see `validation.interval` and `verify.interval`',
  ])
  assert.deepEqual(read('validation: {interval: 1h}').warnings, [])
  assert.deepEqual(read('socket:\n  enabled: false\n').warnings, [])
})

const wrong: readonly [text: string, message: string][] = [
  ['monitor: 1\nretention: 24h\n', 'x.yml:2: retention: found a single value, expected a map of keys'],
  ['dbs:\n  a: 1\n', 'x.yml:2: dbs: found a map of keys, expected a list'],
  ['exec: [a]\n', 'x.yml:1: exec: found a list, expected a single value'],
  [
    "logging:\n  stderr: 'true'\n",
    'x.yml:2: logging.stderr: found "true", expected true or false, without quotes',
  ],
  [
    'l0-retention: 1d\n',
    'x.yml:1: l0-retention: found "1d", expected a duration such as 500ms, 10s or 1h30m',
  ],
  ['dbs:\n-\n', 'x.yml:2: dbs[0]: found nothing, expected a map of keys'],
  ['[1]\n', 'x.yml:1: found a list, expected a map of keys'],
  ['5\n', 'x.yml:1: found a single value, expected a map of keys'],
  ['? [a]\n: 1\n', 'x.yml:1: a key has to be a word'],
  [
    'exec: ""\nl0-retention: ""\n',
    'x.yml:2: l0-retention: found "", expected a duration such as 500ms, 10s or 1h30m',
  ],
]
for (const [text, message] of wrong) {
  test(`readConfig: ${JSON.stringify(text)} → ${message}`, () => {
    assert.throws(() => read(text), { name: 'ConfigError', message: `yaml: ${message}` })
  })
}

test('readConfig: several wrong values → all of them, a line each', () => {
  assert.throws(() => read('exec: [a]\nlevels: 5\n'), /x\.yml:1: exec.*\nx\.yml:2: levels/)
})

test('readConfig: a secret of the wrong kind → not shown', () => {
  assert.throws(
    () => read('dbs:\n  - replica: {account-key: [hunter2]}\n'),
    (error: unknown) => error instanceof ConfigError && !error.message.includes('hunter2'),
  )
})

test('readConfig: merges that go round, or multiply without end → an error soon', () => {
  assert.throws(() => read('x: &a\n  <<: *a\ndbs: [*a]\n'), ConfigError)
  const lines = ['x0: &x0 {path: /a}']
  for (let i = 1; i < 40; i++) lines.push(`x${i}: &x${i} {<<: [*x${i - 1}, *x${i - 1}]}`)
  assert.throws(() => read(`${lines.join('\n')}\ndbs: [*x39]\n`), /too many keys/)
})

test('readConfig: a number that is not what was meant → a warning; the right spelling → none', () => {
  assert.deepEqual(read('l0-retention: 5\nsocket: {permissions: 600}\nheartbeat-interval: 1_000').warnings, [
    'x.yml:1: l0-retention: 5 has no unit, so it counts as nanoseconds; write 5s for seconds',
    'x.yml:2: socket.permissions: 600 is a decimal number; write 0600 for permission bits',
    'x.yml:3: heartbeat-interval: 1_000 has no unit, so it counts as nanoseconds; write 1000s for seconds',
  ])
  for (const text of [
    'l0-retention: 0',
    'l0-retention: "0"',
    'l0-retention: 5s',
    'socket: {permissions: 0600}',
  ])
    assert.deepEqual(read(text).warnings, [], text)
})

test('readConfig: keys kept for old files → a warning each that says what to use', () => {
  assert.deepEqual(read('dbs:\n- path: /a\n  replicas:\n  - {path: /r, name: old}\n').warnings, [
    'x.yml:3: dbs[0].replicas is deprecated. Old form of `replica`: a list of one.',
    'x.yml:4: dbs[0].replicas[0].name is deprecated. No effect: a replica needs no name.',
  ])
})

test('readConfig: thousands of unknown keys, of wrong values → a hundred are told, and that there are more', () => {
  const keys = Array.from({ length: 5000 }, (_, index) => `key${index}: 1`).join('\n')
  const { warnings } = read(keys)
  assert.equal(warnings.length, 101)
  assert.equal(warnings.at(-1), 'x.yml: further warnings are left out')
  assert.throws(
    () => read(`levels: [${'1, '.repeat(5000)}]`),
    (error: unknown) =>
      error instanceof ConfigError && error.message.endsWith('\nand more') && error.message.length < 10_000,
  )
})

test('readConfig: a wrong value with a password in it, or without end → hidden, shortened', () => {
  assert.throws(() => read('l0-retention: nats://me:hunter2@host'), /found "nats:\/\/me:xxxxx@host"/)
  assert.throws(() => read(`l0-retention: ${'x'.repeat(5000)}`), /found "x{80}"…, expected a duration/)
})

test('readConfig: keys that start with x- or a dot → no warning: anchors live there', () => {
  assert.deepEqual(read('x-base: {a: 1}\n.base: {b: 2}\n').warnings, [])
})
