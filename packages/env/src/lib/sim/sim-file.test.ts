import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SeededRandom } from './seeded-random.ts'
import { SimFile } from './sim-file.ts'

const FIELDS = { ino: 1n, mode: 0o600, uid: 0, gid: 0, mtimeNs: 0n, ctimeNs: 0n }
const random = new SeededRandom(1)

function content(file: SimFile): string {
  const target = new Uint8Array(file.size)
  file.read(target, 0)
  return new TextDecoder().decode(target)
}

const write = (file: SimFile, text: string, position: number): void =>
  file.write(new TextEncoder().encode(text), position)

function synced(text: string): SimFile {
  const file = new SimFile(FIELDS)
  write(file, text, 0)
  file.sync()
  return file
}

const rows: readonly [situation: string, (file: SimFile) => void, after: string][] = [
  ['nothing done', () => {}, 'old'],
  ['written', (file) => write(file, 'new!', 0), 'old'],
  ['truncated', (file) => file.truncate(1), 'old'],
  ['written and synced', (file) => (write(file, 'new!', 0), file.sync()), 'new!'],
  ['written and its data synced', (file) => (write(file, 'new!', 0), file.syncData()), 'new!'],
  ['synced, then written', (file) => (file.sync(), write(file, 'n', 0)), 'old'],
  [
    'written, a failed sync, a good one',
    (file) => (write(file, 'n', 0), file.failSync(), file.sync()),
    'old',
  ],
]

for (const [situation, act, after] of rows) {
  test(`SimFile: ${situation}, then power loss → ${after}`, () => {
    const file = synced('old')
    act(file)
    file.crash('nothing', random)
    assert.equal(content(file), after)
    file.crash('nothing', random) // nothing more to lose
    assert.equal(content(file), after)
  })
}

test('SimFile: mode and times, synced or only the data synced → kept or lost', () => {
  const file = synced('old')
  file.fields = { ...FIELDS, mode: 0o640, mtimeNs: 5n }
  file.syncData()
  file.crash('nothing', random)
  assert.equal(file.fields.mode, 0o600)
  file.fields = { ...FIELDS, mode: 0o640, mtimeNs: 5n }
  file.sync()
  file.crash('nothing', random)
  assert.equal(file.fields.mtimeNs, 5n)
})

test('SimFile: three writes, power loss that keeps some, 300 seeds → always a beginning of them, also torn, also all', () => {
  const seen = new Set<string>()
  for (let seed = 0; seed < 300; seed++) {
    const file = synced('')
    for (const [index, text] of ['aa', 'bb', 'cc'].entries()) write(file, text, index * 2)
    file.crash('some', new SeededRandom(seed))
    seen.add(content(file))
    assert.ok('aabbcc'.startsWith(content(file)))
  }
  assert.deepEqual([...seen].toSorted(), ['', 'a', 'aa', 'aab', 'aabb', 'aabbc', 'aabbcc'])
})
