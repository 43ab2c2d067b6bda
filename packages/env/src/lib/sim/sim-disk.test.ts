import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SeededRandom } from './seeded-random.ts'
import { SimClock } from './sim-clock.ts'
import { SimDisk } from './sim-disk.ts'

const disk = (): SimDisk => new SimDisk(new SimClock(0), new SeededRandom(1))

function write(target: SimDisk, path: string, text: string): void {
  const file = target.open(path, 'create', {})
  file.write(new TextEncoder().encode(text), 0)
  file.sync()
}

test('SimDisk: power loss brings back a directory with files → they are as they were synced', () => {
  const target = disk()
  target.makeDirectory('/d/inner', {})
  write(target, '/d/inner/a', 'old')
  target.syncDirectory('/d/inner')
  target.open('/d/inner/a', 'read-write', {}).truncate(0)
  target.removeTree('/d')
  assert.equal(target.stat('/d'), null)
  target.crash('nothing')
  assert.equal(target.stat('/d/inner/a')?.size, 3)
})

test('SimDisk: a file synced, its directory not → gone; the directory synced, the file not → empty', () => {
  const target = disk()
  target.makeDirectory('/d', {})
  write(target, '/d/a', 'text')
  target.crash('nothing')
  assert.equal(target.stat('/d/a'), null)
  target.open('/d/b', 'create', {}).write(Uint8Array.of(1), 0)
  target.syncDirectory('/d')
  target.crash('nothing')
  assert.equal(target.stat('/d/b')?.size, 0)
})

test('SimDisk: a rename over a file, not synced, power loss → both files as before', () => {
  const target = disk()
  target.makeDirectory('/d', {})
  write(target, '/d/a', 'old')
  write(target, '/d/b', 'newer')
  target.syncDirectory('/d')
  target.rename('/d/b', '/d/a')
  target.crash('nothing')
  assert.equal(target.stat('/d/a')?.size, 3)
  assert.equal(target.stat('/d/b')?.size, 5)
})

test('SimDisk: used bytes with two names of one file, and one removed → counted once, then not', () => {
  const target = disk()
  write(target, '/a', '12345')
  target.link('/a', '/b')
  assert.equal(target.usedBytes(), 5)
  target.remove('/a')
  target.remove('/b')
  assert.equal(target.usedBytes(), 0)
})

test('SimDisk: without hard links → EPERM', () => {
  const target = disk()
  write(target, '/a', '')
  target.hasHardLinks = false
  assert.throws(() => target.link('/a', '/b'), /EPERM/)
})
