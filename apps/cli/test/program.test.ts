import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import { startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

test('the program: version → the package’s, under both names', async () => {
  await using directory = await temporaryDirectory()
  for (const name of ['ltx', 'litestream'] as const) {
    const { ended, output } = startCommand(['version'], { directory: directory.path, name })
    assert.equal(await ended, 0)
    assert.deepEqual(output, { stdout: `${manifest.version}\n`, stderr: '' })
  }
})

test('the program: an unknown word → names itself as it was called, also through a link', async () => {
  await using directory = await temporaryDirectory()
  const link = join(directory.path, 'litestream')
  symlinkSync(fileURLToPath(new URL('../bin/ltx.js', import.meta.url)), link)
  const { ended, output } = startCommand(['foo'], { directory: directory.path, name: 'litestream' })
  assert.equal(await ended, 1)
  assert.equal(output.stderr, 'Error: litestream foo: unknown command\nTry: litestream help\n')
  const linked = (): Buffer => execFileSync(process.execPath, [link, 'foo'], { stdio: 'pipe' })
  assert.throws(linked, /Error: litestream foo: unknown command/)
})

test('the program: its reader goes away → quiet', async () => {
  await using directory = await temporaryDirectory()
  for (let round = 0; round < 3; round++) {
    const { child, ended, output } = startCommand(['help'], { directory: directory.path })
    child.stdout?.destroy()
    const end = await ended
    // It may have written everything into the pipe before the reader went.
    assert.ok(end === 141 || end === 0, `ended with ${end}`)
    assert.equal(output.stderr, '')
  }
})

/** A `node` on PATH that is older than ours may be, as a machine often has one. */
function oldNodes(): string[] {
  const nodes = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, 'node'))
  return nodes.filter((node) => {
    if (!existsSync(node)) return false
    const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    const [major = 0, minor = 0] = version.split('.').map(Number)
    return major < 22 || (major === 22 && minor < 18)
  })
}

/** Words that make our Node say that it is another version. */
function pretending(version: string): string[] {
  const code = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });
    Object.defineProperty(process, 'version', { value: 'v${version}' })`
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}

test('the program: a Node that is too old → one line, exit 1', async () => {
  await using directory = await temporaryDirectory()
  const old = [
    { nodeWords: pretending('20.20.2') },
    { nodeWords: pretending('22.17.1') },
    ...oldNodes().map((node) => ({ node })),
  ]
  for (const options of old) {
    for (const name of ['ltx', 'litestream'] as const) {
      const { ended, output } = startCommand(['version'], { directory: directory.path, name, ...options })
      assert.equal(await ended, 1)
      assert.equal(output.stdout, '')
      const line = `^${name}: needs Node 22\\.18 or newer; this is v\\d+\\.\\d+\\.\\d+ \\(.*\\)\\n$`
      assert.match(output.stderr, new RegExp(line))
    }
  }
})

test('the program: the oldest Node that will do → runs', async () => {
  await using directory = await temporaryDirectory()
  for (const version of ['22.18.0', '23.0.0']) {
    const nodeWords = pretending(version)
    assert.equal(await startCommand(['version'], { directory: directory.path, nodeWords }).ended, 0, version)
  }
})
