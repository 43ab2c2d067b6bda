import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { ConfigError } from './errors.ts'
import { readConfigText } from './read-config-text.ts'

const TEXT = 'exec: Grüße\n'

for (const [name, bytes] of [
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16LE', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16BE', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()],
  ['nothing', Buffer.alloc(0)],
] as const) {
  test(`readConfigText: ${name} → the text`, async () => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'x.yml')
    await writeFile(file, bytes)
    assert.equal(await readConfigText(file), name === 'nothing' ? '' : TEXT)
  })
}

test('readConfigText: bytes that are no text → an error that does not show them', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'x.db')
  for (const bytes of [Buffer.from('SQLite format 3\0'), Buffer.from([0x61, 0xff, 0x62])]) {
    await writeFile(file, bytes)
    await assert.rejects(readConfigText(file), new ConfigError(`${file}: is no text file in UTF-8`))
  }
})

test('readConfigText: a file at the limit, one above it, and one without end → text, error, error', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'x.yml')
  await writeFile(file, '#'.repeat(1000))
  assert.equal((await readConfigText(file, 1000)).length, 1000)
  await assert.rejects(readConfigText(file, 999), /is no configuration file: it has more than 999 bytes/)
  if (process.platform === 'linux')
    await assert.rejects(readConfigText('/dev/zero', 1_000_000), /more than 1000000/)
})

test('readConfigText: nothing there, a directory, links that go round → errors that say so', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'x.yml')
  await assert.rejects(readConfigText(file), {
    name: 'CommandError',
    message: `config file not found: ${file}`,
  })
  await mkdir(file)
  await assert.rejects(readConfigText(file), {
    message: `cannot read the config file ${file}: it is a directory`,
  })
  const loop = join(directory.path, 'loop')
  await symlink(loop, loop)
  await assert.rejects(readConfigText(loop), /its symbolic links go round/)
})
