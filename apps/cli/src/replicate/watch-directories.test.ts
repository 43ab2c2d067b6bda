import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess, type InProcess } from '../../test/in-process.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'

async function started(directory: string, yaml: string, flags: readonly string[] = []): Promise<InProcess> {
  await writeFile(join(directory, 'x.yml'), yaml)
  return startInProcess(['replicate', '-config', 'x.yml', ...flags], directory)
}

const entry = (name: string): string =>
  `{dir: ${name}, pattern: '*.db', watch: true, meta-dir: meta, replica: {path: 'replica/${name}'}}`

test('replicate, watched directories: a second database for one state folder → refused with both names; the rest goes on', async () => {
  await using temporary = await temporaryDirectory()
  const { path: directory } = temporary
  for (const name of ['one', 'two']) await mkdir(join(directory, name))
  const running = await started(directory, `dbs: [${entry('one')}, ${entry('two')}]`)
  await running.says('count=0')
  await makeDatabase(join(directory, 'one/a.db'))
  await running.says(`msg="a database has appeared" dir=${directory}/one path=${directory}/one/a.db`)
  await makeDatabase(join(directory, 'two/a.db'))
  await running.says(`one/a.db and ${directory}/two/a.db would keep their local state in one folder`)
  await makeDatabase(join(directory, 'two/b.db'))
  await running.says(`msg="a database has appeared" dir=${directory}/two path=${directory}/two/b.db`)
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
})

test('replicate, watched directories: a second database for one replica → refused with both names', async () => {
  await using temporary = await temporaryDirectory()
  const { path: directory } = temporary
  for (const name of ['one', 'two']) await mkdir(join(directory, name))
  const entries = ['one', 'two'].map(
    (name) => `{dir: ${name}, pattern: '*.db', watch: true, replica: {path: replica}}`,
  )
  const running = await started(directory, `dbs: [${entries.join(', ')}]`)
  await running.says('count=0')
  await makeDatabase(join(directory, 'one/a.db'))
  await running.says(`path=${directory}/one/a.db`)
  await makeDatabase(join(directory, 'two/a.db'))
  await running.says(`two/a.db and ${directory}/one/a.db would be stored in one place, file://`)
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
})

test('replicate, a directory: not watched → what is there at the start, and nothing that comes later', async () => {
  await using temporary = await temporaryDirectory()
  const { path: directory } = temporary
  await makeDatabase(join(directory, 'data/a.db'))
  const running = await started(directory, "dbs: [{dir: data, pattern: '*.db', replica: {path: replica}}]")
  await running.says('first image')
  await makeDatabase(join(directory, 'data/b.db'))
  await new Promise((resolve) => setTimeout(resolve, 500))
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
  assert.doesNotMatch(running.output.stdout, /b\.db/)
})

test('replicate -once, a watched directory → everything in it is synced, and it ends', async () => {
  await using temporary = await temporaryDirectory()
  const { path: directory } = temporary
  for (const name of ['a.db', 'sub/b.db']) await makeDatabase(join(directory, 'data', name))
  const yaml = "dbs: [{dir: data, pattern: '*.db', recursive: true, watch: true, replica: {path: replica}}]"
  const running = await started(directory, yaml, ['-once'])
  assert.equal(await running.exitCode, 0, running.output.stderr)
  const restore = startInProcess(['restore', '-config', 'x.yml', '-o', 'copy.db', 'data/sub/b.db'], directory)
  assert.equal(await restore.exitCode, 0, restore.output.stderr)
})
