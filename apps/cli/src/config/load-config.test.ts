import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { defaultConfigPath, findDatabase, loadConfig, parseConfig } from './load-config.ts'

const { io } = testIo({ workingDirectory: '/srv', environment: { NAME: 'app' } })

test('defaultConfigPath: variable, Linux, Windows → its own place each', () => {
  assert.equal(defaultConfigPath({ environment: { LITESTREAM_CONFIG: 'x.yml' }, platform: 'linux' }), 'x.yml')
  assert.equal(
    defaultConfigPath({ environment: { LITESTREAM_CONFIG: '' }, platform: 'linux' }),
    '/etc/litestream.yml',
  )
  assert.equal(defaultConfigPath({ environment: {}, platform: 'win32' }), 'C:\\Litestream\\litestream.yml')
})

test('loadConfig: a file with variables → replaced in the raw text, unless told not to', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'litestream.yml')
  await writeFile(path, 'dbs: [{path: /data/$NAME.db}]')
  const paths = async (expand: boolean): Promise<string[]> =>
    (await loadConfig({ path, expand }, io)).databases.map((database) => database.path)
  assert.deepEqual(await paths(true), ['/data/app.db'])
  assert.deepEqual(await paths(false), ['/data/$NAME.db'])
})

test('loadConfig: no file, or a directory → an error that names it', async () => {
  await using directory = await temporaryDirectory()
  const missing = join(directory.path, 'x.yml')
  await assert.rejects(
    loadConfig({ path: missing, expand: true }, io),
    new RegExp(`config file not found: ${missing}`),
  )
  await mkdir(missing)
  await assert.rejects(
    loadConfig({ path: missing, expand: true }, io),
    new RegExp(`cannot read the config file ${missing}`),
  )
})

test('parseConfig: nothing said → the defaults of levels and snapshots', () => {
  const config = parseConfig('', 'x.yml', io)
  assert.deepEqual(config.levelIntervalsMs, [30_000, 300_000, 3_600_000])
  assert.deepEqual([config.snapshotIntervalMs, config.snapshotRetentionMs], [86_400_000, 86_400_000])
  assert.deepEqual(config.databases, [])
})

test('parseConfig: levels given → they replace the default list; empty → none', () => {
  assert.deepEqual(parseConfig('levels: [{interval: 10s}]', 'x.yml', io).levelIntervalsMs, [10_000])
  assert.deepEqual(parseConfig('levels:', 'x.yml', io).levelIntervalsMs, [])
})

test('parseConfig: paths of an entry → absolute; without meta-path → null', () => {
  const [first, second] = parseConfig(
    'dbs:\n- path: a.db\n- {path: ~/b.db, meta-path: meta}\n',
    'x.yml',
    io,
  ).databases
  assert.deepEqual([first?.path, first?.metaPath, first?.number], ['/srv/a.db', null, 1])
  assert.deepEqual([second?.path, second?.metaPath], ['/house/someone/b.db', '/srv/meta'])
})

test('findDatabase: the path as typed → its entry, or an error', () => {
  const config = parseConfig('dbs: [{path: a.db}, {dir: /d, pattern: "*"}]', 'x.yml', io)
  assert.equal(findDatabase(config, 'sqlite://./a.db', io).number, 1)
  assert.throws(
    () => findDatabase(config, 'b.db', io),
    /database not found in config: \/srv\/b\.db\. .* has \/srv\/a\.db/,
  )
  assert.throws(() => findDatabase(config, '', io), /database not found/)
})

test('findDatabase: a URL without its scheme → the error hides its password', () => {
  const config = parseConfig('dbs: [{path: /a, replica: {path: /r}}]', 'x.yml', io)
  assert.throws(
    () => findDatabase(config, '//me:secret@host/x', io),
    /^CommandError: database not found in config: \/\/me:xxxxx@host\/x\. x\.yml has \/a$/,
  )
})
