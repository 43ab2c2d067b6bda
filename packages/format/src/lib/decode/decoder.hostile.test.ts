import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'vitest'
import { isFormatError } from '../errors.ts'
import { decodeFileSpec, type WholeFileSpec } from '../testing/file-spec.ts'
import { readPage, readPageIndex, type ReadRange } from './read-page.ts'

const FILE_BYTES_MAX = 3000
const folder = new URL('../../../fixtures/', import.meta.url)
const small = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('bad-'))
  .map(({ name }) => ({ name, file: new Uint8Array(readFileSync(new URL(`${name}/file.ltx`, folder))) }))
  .filter(({ file }) => file.length < FILE_BYTES_MAX)

Error.stackTraceLimit = 0 // most of these hundred thousand decodings end in an error

test('hostile bytes: small files of both page formats → are there', () => {
  assert(small.length >= 9)
  assert(small.some(({ name }) => name.startsWith('frame-')))
})

for (const { name, file } of small) {
  const right = decodeFileSpec(file)

  test(`hostile bytes: ${name} cut at every length → FormatError`, async () => {
    for (let bytes = 0; bytes < file.length; bytes++) {
      const cut = file.slice(0, bytes)
      assert.equal(decodedOrRefused(cut), null)
      await readRandomly(cut, right.pageSize) // oxlint-disable-line no-await-in-loop
    }
  })

  test(`hostile bytes: ${name} with every bit flipped → FormatError, or the very same content`, async () => {
    for (let bit = 0; bit < file.length * 8; bit++) {
      const flipped = file.slice()
      const at = bit >> 3
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7))
      assert.deepEqual(decodedOrRefused(flipped) ?? right, right)
      await readRandomly(flipped, right.pageSize) // oxlint-disable-line no-await-in-loop
    }
  })
}

function decodedOrRefused(file: Uint8Array): WholeFileSpec | null {
  try {
    return decodeFileSpec(file)
  } catch (error) {
    if (isFormatError(error)) return null
    throw error
  }
}

/** No checksum covers random access: any page may come, but nothing else. */
async function readRandomly(file: Uint8Array, pageSize: number): Promise<void> {
  const readRange: ReadRange = (start, end) => Promise.resolve(file.slice(start, end))
  try {
    const entries = await readPageIndex(readRange, file.length)
    for (const entry of entries) {
      const page = await readPage(readRange, entry, pageSize) // oxlint-disable-line no-await-in-loop
      assert.equal(page.length, pageSize)
    }
  } catch (error) {
    if (!isFormatError(error)) throw error
  }
}
