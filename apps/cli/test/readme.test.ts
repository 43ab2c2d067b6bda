import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess } from './in-process.ts'
import { makeDatabase } from './make-replica.ts'
import { temporaryDirectory } from './temporary-directory.ts'

test('README: its commands, one after the other → all succeed', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  await mkdir(join(directory.path, 'backup'))
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  let count = 0
  for (const [, language, body = ''] of text.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    if (language === 'yaml') await writeFile(join(directory.path, 'litestream.yml'), body)
    if (language !== 'console') continue
    for (const line of body.trim().split('\n')) {
      const words = line
        .replace(/^\$ ltx /, '')
        .replaceAll('file:///', `file://${directory.path}/`)
        .split(' ')
      const { exitCode, output } = startInProcess(words, directory.path, { environment: process.env })
      assert.equal(await exitCode, 0, `${line}\n${output.stderr}`)
      count++
    }
  }
  assert.equal(count, 9)
})
