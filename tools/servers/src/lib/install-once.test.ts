import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'vitest'
import { installOnce, type Installation } from './install-once.ts'

const installs = (fill: Installation['fill']): Installation => ({ folder: 'tool-1.0.0', file: 'tool', fill })
const good = installs((folder) => writeFile(path.join(folder, 'tool'), 'hello'))

async function withCache(use: (cache: string) => Promise<void>): Promise<void> {
  const cache = await mkdtemp(path.join(tmpdir(), 'servers-cache-'))
  try {
    await use(cache)
  } finally {
    await rm(cache, { recursive: true })
  }
}

test('installOnce: nothing there → installed, and not again the next time', () =>
  withCache(async (cache) => {
    const file = await installOnce(good, cache)
    assert.equal(await readFile(file, 'utf8'), 'hello')
    const again = installs(() => Promise.reject(new Error('must not run')))
    assert.equal(await installOnce(again, cache), file)
    assert.deepEqual(await readdir(cache), ['tool-1.0.0'])
  }))

test('installOnce: two at once → both get the file, nothing else is left', () =>
  withCache(async (cache) => {
    const [first, second] = await Promise.all([installOnce(good, cache), installOnce(good, cache)])
    assert.equal(first, second)
    assert.deepEqual(await readdir(cache), ['tool-1.0.0'])
  }))

test('installOnce: filling fails, or makes another file → an error, and nothing is left', () =>
  withCache(async (cache) => {
    const failing = installs(() => Promise.reject(new Error('no network')))
    await assert.rejects(installOnce(failing, cache), /no network/)
    const other = installs((folder) => writeFile(path.join(folder, 'other'), ''))
    await assert.rejects(installOnce(other, cache), /made no tool/)
    assert.deepEqual(await readdir(cache), [])
  }))
