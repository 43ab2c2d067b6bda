import assert from 'node:assert/strict'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess, type InProcess } from '../../test/in-process.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'

const once = (directory: string, ...flags: readonly string[]): InProcess =>
  startInProcess(['replicate', '-once', ...flags, 'app.db', `file://${directory}/replica`], directory)

test('replicate -once: done → exit 0; nothing new → nothing is written again', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const files = async (): Promise<string[]> => {
    const names = await readdir(join(directory.path, 'replica'), { recursive: true })
    const stats = await Promise.all(names.map((name) => stat(join(directory.path, 'replica', name))))
    return names.map((name, index) => `${name} ${stats[index]?.ino}`).toSorted()
  }
  assert.equal(await once(directory.path).exitCode, 0)
  const before = await files()
  assert.ok(before.some((line) => line.includes('.ltx ')))
  assert.equal(await once(directory.path).exitCode, 0)
  assert.deepEqual(await files(), before)
})

test('replicate -once -force-snapshot: this snapshot exists → verified and not written; broken → an error', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  assert.equal(await once(directory.path, '-force-snapshot', '-enforce-retention').exitCode, 0)
  const level = join(directory.path, 'replica', 'ltx', '9')
  const names = (await readdir(level)).toSorted()
  assert.deepEqual(
    names.map((name) => name.slice(-5)),
    ['1.ltx', '2.ltx'], // the first image, and the one that was asked for
  )
  const path = join(level, names[1] ?? '')
  const before = await stat(path, { bigint: true })
  const second = once(directory.path, '-force-snapshot')
  assert.equal(await second.exitCode, 0)
  assert.match(second.output.stdout, /a snapshot of this position exists, and it is sound/)
  const after = await stat(path, { bigint: true })
  assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs])
  const bytes = await readFile(path)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  await writeFile(path, bytes)
  const third = once(directory.path, '-force-snapshot')
  assert.equal(await third.exitCode, 1)
  assert.match(third.output.stderr, /^Error: snapshot .*app\.db: LTX_/)
})

for (const [situation, content] of [
  ['no database', null],
  ['an empty file', ''],
] as const) {
  test(`replicate -once: ${situation} → an error that names the stage and the path`, async () => {
    await using directory = await temporaryDirectory()
    if (content !== null) await writeFile(join(directory.path, 'app.db'), content)
    const { exitCode, output } = once(directory.path)
    assert.equal(await exitCode, 1)
    assert.match(output.stderr, /^Error: sync .*\/app\.db: there is no such database yet, or it is empty/)
  })
}

test('replicate -once: no database but another file → an error, not an endless wait', async () => {
  await using directory = await temporaryDirectory()
  await writeFile(join(directory.path, 'app.db'), 'this is no database'.repeat(100))
  const { exitCode, output } = once(directory.path)
  assert.equal(await exitCode, 1)
  assert.match(output.stderr, /^Error: sync .*\/app\.db: REPLICATOR_NOT_A_DATABASE/)
})

test('replicate -once: a replica that cannot be written → an error, not an endless wait', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  await writeFile(join(directory.path, 'replica'), 'a file where a directory should be')
  const { exitCode, output } = once(directory.path)
  assert.equal(await exitCode, 1)
  assert.match(output.stderr, /^Error: cannot start: CLIENT_BAD_OPTIONS/)
})
