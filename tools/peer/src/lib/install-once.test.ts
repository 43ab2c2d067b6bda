import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'vitest'
import { cacheFolder, installOnce, type PinnedFile } from './install-once.ts'

const write = "require('fs').writeFileSync('tool', 'hello')"
const pinned = (script: string): PinnedFile => ({
  folder: 'tool-1.0.0',
  file: 'tool',
  sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  command: () => [process.execPath, '-e', script],
})

async function withCache(use: (cache: string) => Promise<void>): Promise<void> {
  const cache = await mkdtemp(path.join(tmpdir(), 'peer-cache-'))
  try {
    await use(cache)
  } finally {
    await rm(cache, { recursive: true })
  }
}

test('installOnce: nothing there → installed, and not again the next time', () =>
  withCache(async (cache) => {
    const file = await installOnce(pinned(write), cache)
    assert.equal(await readFile(file, 'utf8'), 'hello')
    assert.equal(await installOnce(pinned('process.exit(1)'), cache), file)
    assert.deepEqual(await readdir(cache), ['tool-1.0.0'])
  }))

test('installOnce: two at once → both get the file, nothing else is left', () =>
  withCache(async (cache) => {
    const [first, second] = await Promise.all([
      installOnce(pinned(write), cache),
      installOnce(pinned(write), cache),
    ])
    assert.equal(first, second)
    assert.deepEqual(await readdir(cache), ['tool-1.0.0'])
  }))

test('installOnce: the command fails → an error that names it, and nothing is left', () =>
  withCache(async (cache) => {
    await assert.rejects(
      installOnce(pinned("console.error('no network'); process.exit(7)"), cache),
      /ended with 7\n.*no network/s,
    )
    assert.deepEqual(await readdir(cache), [])
  }))

test('installOnce: other bytes than pinned → an error with both sums, and nothing is left', () =>
  withCache(async (cache) => {
    await assert.rejects(
      installOnce(pinned("require('fs').writeFileSync('tool', 'bye')"), cache),
      /has sha256 .*, and not 2cf24d/,
    )
    assert.deepEqual(await readdir(cache), [])
  }))

test('cacheFolder: with and without XDG_CACHE_HOME → a folder outside the checkout', () => {
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/somewhere' }), '/somewhere/ltx-dev')
  assert.match(cacheFolder({ XDG_CACHE_HOME: '' }), /\.cache\/ltx-dev$/)
})
