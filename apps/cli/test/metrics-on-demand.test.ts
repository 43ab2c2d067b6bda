import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { makeDatabase } from './make-replica.ts'
import { startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Prints at the end how many files of prom-client were loaded. */
const COUNT = `import module from 'node:module'
process.on('exit', () => console.error('loaded ' + Object.keys(module._cache).filter((name) => name.includes('prom-client')).length))`

for (const [addr, isLoaded] of [
  ['', false],
  ['addr: 127.0.0.1:0\n', true],
] as const) {
  test(`replicate -once: ${addr === '' ? 'no addr' : 'addr'} → prom-client is ${isLoaded ? '' : 'not '}loaded`, async () => {
    await using directory = await temporaryDirectory()
    await makeDatabase(join(directory.path, 'app.db'))
    const config = join(directory.path, 'litestream.yml')
    await writeFile(config, `${addr}dbs: [{path: app.db, replica: {path: replica}}]\n`)
    const running = startCommand(['replicate', '-once', '-config', config], {
      directory: directory.path,
      nodeWords: ['--import', `data:text/javascript,${encodeURIComponent(COUNT)}`],
    })
    assert.equal(await running.ended, 0, running.output.stderr)
    const [, count = ''] = /loaded (\d+)/.exec(running.output.stderr) ?? []
    assert.equal(Number(count) > 0, isLoaded, `${count} files`)
  })
}
