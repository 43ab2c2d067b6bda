import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SeededRandom } from './seeded-random.ts'
import { SimDirectory } from './sim-directory.ts'
import { SimFile } from './sim-file.ts'

const FIELDS = { ino: 1n, mode: 0o600, uid: 0, gid: 0, mtimeNs: 0n, ctimeNs: 0n }
const file = new SimFile(FIELDS)

test('SimDirectory: entries made and taken away, power loss → as at the last sync', () => {
  const directory = new SimDirectory(FIELDS)
  directory.change(
    new Map([
      ['a', file],
      ['b', file],
    ]),
  )
  directory.sync()
  directory.change(new Map([['a', null]]))
  directory.change(new Map([['c', file]]))
  assert.deepEqual(directory.names(), ['b', 'c'])
  directory.crash('nothing', new SeededRandom(1))
  assert.deepEqual(directory.names(), ['a', 'b'])
})

test('SimDirectory: a rename within it, power loss that keeps some, 100 seeds → before or after, never both names or none', () => {
  const seen = new Set<string>()
  for (let seed = 0; seed < 100; seed++) {
    const directory = new SimDirectory(FIELDS)
    directory.change(new Map([['a', file]]))
    directory.sync()
    directory.change(
      new Map([
        ['a', null],
        ['b', file],
      ]),
    )
    directory.crash('some', new SeededRandom(seed))
    seen.add(directory.names().join())
  }
  assert.deepEqual([...seen].toSorted(), ['a', 'b'])
})
