import assert from 'node:assert/strict'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { test } from 'vitest'
import { parse } from 'yaml'
import { checkConfig } from '../src/config/check-config.ts'
import { configSchema } from '../src/config/config-schema.ts'
import { configYaml } from '../src/config/config-yaml.ts'
import { effectiveConfig } from '../src/config/effective-config.ts'
import { parseConfig } from '../src/config/load-config.ts'
import { readScalar } from '../src/config/scalars.ts'
import type { ScalarKind } from '../src/config/schema.ts'
import { documentedConfigurations, goldenConfigurations } from './example-configurations.ts'
import { testIo } from './test-io.ts'

// Editors read YAML 1.2, and know nothing of variables.
const { io } = testIo({ workingDirectory: '/srv', environment: {} })
const validate: ValidateFunction = new Ajv2020({ allErrors: true, strictTypes: false }).compile(
  configSchema(),
)

function faultsOf(text: string): string[] {
  const value: unknown = parse(text, { merge: true })
  if (validate(value ?? {})) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

async function warningsOf(text: string): Promise<readonly string[]> {
  return (await checkConfig(parseConfig(text, 'x.yml', io), io)).warnings
}

for (const [index, { name, text }] of documentedConfigurations().entries()) {
  test(`schema: configuration ${index} in ${name} → fine, to the schema and to the command`, async () => {
    assert.deepEqual(await warningsOf(text.replaceAll(/\$\w+/g, 'value')), [])
    assert.deepEqual(faultsOf(text), [])
  })
}

test('schema: configurations of the golden cases → those that the command takes without a warning are fine', async () => {
  let fine = 0
  for (const { name, text } of goldenConfigurations()) {
    const expanded = text.replaceAll(/\$\w+|\$\{\w+\}/g, 'value')
    const warnings = await warningsOf(expanded).catch(() => null)
    if (warnings === null || warnings.length > 0) continue
    fine++
    assert.deepEqual(faultsOf(text), [], name)
  }
  assert.ok(fine >= 15, `only ${fine} configurations`)
})

test('schema: what config check prints → fine', async () => {
  const config = parseConfig('dbs: [{path: a.db, replica: {url: "s3://b/p"}}]', 'x.yml', io)
  const { replicas } = await checkConfig(config, io)
  assert.deepEqual(faultsOf(configYaml(effectiveConfig(config, replicas, io), '')), [])
})

const right: readonly string[] = [
  '',
  'dbs:\nlevels:\nsocket:\n',
  'exec: 5\nverify-compaction: on\nsocket: {permissions: 0o600}\nl0-retention: 0',
  'logging: {level: WARN, type: json}',
  'dbs: [{path: $DB, min-checkpoint-page-count: "${PAGES}", replica: {type: $TYPE, path: /r}}]',
  'x-base: &base {watch: no}\ndbs: [{<<: *base, x-y: 1, path: /a, replica: {url: "s3://b/p", part-size: 10 MiB}}]',
  'root-cas: [a, b]\nmax-reconnects: -1\ndbs: []',
]
for (const text of right) {
  test(`schema: ${JSON.stringify(text)} → fine`, () => {
    assert.deepEqual(faultsOf(text), [])
  })
}

/** A key of each kind, to put a value behind. */
const KEYS: Readonly<Record<ScalarKind, string>> = {
  string: 'exec: ',
  boolean: 'verify-compaction: ',
  integer: 'max-reconnects: ',
  duration: 'l0-retention: ',
  'byte-size': 'dbs: [{path: /a, replica: {path: /r, part-size: VALUE}}]',
  'file-mode': 'socket: {permissions: VALUE}',
}
const NUMBERS = '0 5 -5 1_000 0x1F 0b11 017 0o17 5.5 1e3 .5 600 0600'.split(' ')
const SWITCHES = 'y Yes NO on Off true FALSE yEs maybe rw ~ null'.split(' ')
const MEASURES = '10s 1h30m -1.5h +3m .5s 1.s 2µs 1d s 1h30 5MiB 1.5g 5ib 1e3MB -1MB'.split(' ')
const VALUES = ['', '10 s', '10 MB', '5 b', ...NUMBERS, ...SWITCHES, ...MEASURES]

/** Does the schema say of a value what it should say: what the command does, but for what it only warns of? */
function isJudgedWell(kind: ScalarKind, text: string): boolean {
  const template = KEYS[kind]
  const yaml = template.includes('VALUE') ? template.replace('VALUE', text) : template + text
  const isRead = readScalar(kind, { text, plain: true }).kind !== 'bad'
  if (!isRead && typeof parse(text) === 'number') return true // an editor sees nothing but the number
  const isOdd = kind === 'duration' && /^[-+.\d][\w.]*$/.test(text) && !/[a-z]$|^0$/.test(text)
  return (faultsOf(yaml).length === 0) === (isRead && !isOdd)
}

for (const kind of Object.keys(KEYS) as ScalarKind[]) {
  test(`schema: values of the kind ${kind} → what the command reads is fine, and nothing else`, () => {
    const misjudged = VALUES.filter((text) => !isJudgedWell(kind, text))
    assert.deepEqual(misjudged, [])
  })
}

const wrong: readonly (readonly [text: string, where: RegExp])[] = [
  ['adr: ":9090"', /additional properties/],
  ['dbs: [{path: /a, replica: {path: /r}, sync-interval: 1s}]', /^\/dbs\/0 .*additional properties/],
  ['dbs: {path: /a}', /^\/dbs must be array/],
  ['dbs: [{path: /a}]', /^\/dbs\/0 must have required property 'replica'/],
  ['dbs: [{replica: {path: /r}}]', /^\/dbs\/0 must have required property 'path'/],
  ['dbs: [{dir: /a, replica: {path: /r}}]', /^\/dbs\/0 must have .*pattern/],
  ['dbs: [{path: /a, dir: /b, pattern: "*", replica: {path: /r}}]', /^\/dbs\/0 must NOT be valid/],
  ['dbs: [{path: /a, meta-dir: /b, replica: {path: /r}}]', /^\/dbs\/0 must have property dir/],
  ['dbs: [{path: /a, replicas: [{path: /r}, {path: /s}]}]', /^\/dbs\/0\/replicas must NOT have more than 1/],
  ['dbs: [{path: /a, replica: {type: floppy}}]', /^\/dbs\/0\/replica\/type/],
  ['dbs: [{path: /a, min-checkpoint-page-count: 0, replica: {path: /r}}]', /must be >= 1/],
  ['l0-retention: 1d', /^\/l0-retention/],
  ['l0-retention: 10', /^\/l0-retention/],
  ['logging: {type: xml}', /^\/logging\/type/],
  ['logging: {stderr: maybe}', /^\/logging\/stderr/],
  ['retention: 24h', /^\/retention must be object,null/],
  ['socket: {permissions: rw}', /^\/socket\/permissions/],
  ['age: {recipients: [x]}', /^\/age\/recipients must NOT have more than 0/],
  [`levels: [${'{interval: 1s},'.repeat(9)}]`, /^\/levels must NOT have more than 8/],
  ['levels: [{}]', /^\/levels\/0 must have required property 'interval'/],
  ['dbs: [{path: /a, replica: {url: "s3://b", part-size: huge}}]', /part-size/],
]
for (const [text, where] of wrong) {
  test(`schema: ${JSON.stringify(text)} → ${where.source}`, () => {
    const faults = faultsOf(text)
    assert.ok(
      faults.some((fault) => where.test(fault)),
      `found ${JSON.stringify(faults)}`,
    )
  })
}
