import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { isFormatError, readPageIndex, type FormatErrorCode } from '@ltx/format'
import { decodeFileSpec } from '@ltx/format/testing'
import { describe, test } from 'vitest'
import { checkCopied, checkDecoded, checkReencoded, sha256, type Expected } from './golden-file.ts'

const folder = new URL('../fixtures/', import.meta.url)
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

test('golden: the folder → is not empty', () => assert(cases.length >= 40))

for (const { name } of cases) {
  const file = new Uint8Array(readFileSync(new URL(`${name}/file.ltx`, folder)))
  const expected = JSON.parse(readFileSync(new URL(`${name}/expect.json`, folder), 'utf8')) as Case
  describe(`golden ${name}`, () => {
    if ('goDecoder' in expected) checkBroken(file, expected)
    else checkGood(file, expected)
    test('SOURCE.md → names the hash of the file', () => {
      const source = readFileSync(new URL(`${name}/SOURCE.md`, folder), 'utf8')
      assert(source.includes(sha256(file)))
    })
  })
}

interface Broken {
  readonly wrong: string
  readonly goDecoder: string
  /** The error we give; `null` where we accept the file. */
  readonly code: FormatErrorCode | null
}

type Case = Expected | Broken

function checkGood(file: Uint8Array, expected: Expected): void {
  test('decoded → is what its description says', () => checkDecoded(file, expected))
  test('pages encoded again → the same header, pages and commit', () => checkReencoded(file))
  test('frames copied → the same file', () => checkCopied(file))
}

function checkBroken(file: Uint8Array, { wrong, code }: Broken): void {
  test(`${wrong} → ${code ?? 'accepted'}`, async () => {
    if (code === null) decodeFileSpec(file)
    else assert.throws(() => decodeFileSpec(file), { name: 'FormatError', code })
    try {
      await readPageIndex((start, end) => Promise.resolve(file.slice(start, end)), file.length)
    } catch (error) {
      if (!isFormatError(error)) throw error
    }
  })
}
