import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { VERBS } from '../src/program/verbs.ts'
import { type InProcess, startInProcess } from './in-process.ts'
import { makeDatabase } from './make-replica.ts'
import { temporaryDirectory } from './temporary-directory.ts'

test('README: its commands, one after the other → all succeed', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  await mkdir(join(directory.path, 'backup'))
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const daemons: InProcess[] = []
  let count = 0
  for (const [, language, body = ''] of text.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    if (language === 'yaml') await writeFile(join(directory.path, 'litestream.yml'), body)
    if (language !== 'console') continue
    for (const line of body.trim().split('\n')) {
      const words = line
        .replace(/^\$ ltx /, '')
        .replaceAll('file:///', `file://${directory.path}/`)
        .split(' ')
      count++
      const isDaemon = words.at(-1) === '&'
      const running = startInProcess(isDaemon ? words.slice(0, -1) : words, directory.path, {
        environment: process.env,
      })
      if (isDaemon) {
        daemons.push(running)
        await running.says('control socket is open')
      } else {
        assert.equal(await running.exitCode, 0, `${line}\n${running.output.stderr}`)
      }
    }
  }
  for (const daemon of daemons) {
    daemon.signal('SIGTERM')
    assert.equal(await daemon.exitCode, 0)
  }
  assert.equal(count, 20)
})

test('README: the table of verbs → each of them, and no other', async () => {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, table = ''] = /^\| verb .*?\n((?:\|.*\n)+)/m.exec(text) ?? []
  const named = [...table.matchAll(/^\| `(\S+?)(?: \S+)?` /gm)].map((match) => match[1] ?? '')
  const shown = Object.keys(VERBS).filter((name) => VERBS[name]?.deprecatedFor === undefined)
  assert.deepEqual(named.toSorted(), shown)
})
