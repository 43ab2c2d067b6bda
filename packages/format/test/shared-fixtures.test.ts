import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isFormatError, readPage, readPageIndex } from '@ltx/format'
import { decodeFileSpec } from '@ltx/format/testing'
import { describe, test } from 'vitest'
import { checkCopied, checkDecoded, checkReencoded, type Expected } from './golden-file.ts'

const beside = fileURLToPath(new URL('../../../../shared/fixtures', import.meta.url))
const folder = join(process.env['LTX_FIXTURES'] ?? beside, 'ltx')

/** Files that the Go decoder accepts and we do not, with our reason. */
const REFUSED_THOUGH_GO_ACCEPTS: Readonly<Record<string, string>> = {
  'commit-zero-with-pages.ltx': 'pages beyond the commit',
  'duplicate-page.ltx': 'which of the two is right?',
  'index-empty.ltx': 'pages could not be found by the index',
  'index-offset-2p63.ltx': 'pages could not be found by the index',
  'index-offset-beyond-file.ltx': 'pages could not be found by the index',
  'index-size-huge.ltx': 'the index could not be found from the end of the file',
  'index-size-large.ltx': 'the index could not be found from the end of the file',
  'index-size-too-small.ltx': 'the index could not be found from the end of the file',
  'lock-page-included.ltx': 'the lock page carries no data',
  'lz4-short-stale-tail.ltx': 'a page that decompresses to less than a page',
  'lz4-short-zero-tail.ltx': 'a page that decompresses to less than a page',
  'page-out-of-order.ltx': 'merging relies on the order',
  'pgno-beyond-commit.ltx': 'a page beyond the commit',
  'post-apply-missing.ltx': 'checksums are tracked and one is missing',
  'post-apply-set-nochecksum.ltx': 'checksums are not tracked and one is there',
  'snapshot-extra-page.ltx': 'a page beyond the commit',
  'snapshot-first-page-missing.ltx': 'a full image without all pages restores to a broken database',
  'snapshot-gap.ltx': 'a full image without all pages restores to a broken database',
  'snapshot-last-page-missing.ltx': 'a full image without all pages restores to a broken database',
  'snapshot-no-pages.ltx': 'a full image without all pages restores to a broken database',
}

interface Broken {
  readonly file: string
  readonly wrong: string
  readonly goDecoder: string
}

if (!existsSync(folder)) {
  test('shared fixtures: the whole set → decodes', (ctx) => {
    ctx.skip('no shared fixtures: set LTX_FIXTURES, or put them at ../shared/fixtures')
  })
} else {
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.ltx'))) checkGood(name)
  const { files } = readJson('bad/expect.json') as { files: readonly Broken[] }
  for (const broken of files) checkBroken(broken)
  test('shared fixtures: every row of the table of refusals → is a file', () => {
    const names = new Set(files.map(({ file }) => file))
    for (const name of Object.keys(REFUSED_THOUGH_GO_ACCEPTS)) assert(names.has(name), name)
  })
}

function checkGood(name: string): void {
  const file = read(name)
  const expected = readJson(name.replace(/\.ltx$/, '.json')) as Expected
  describe(`shared ${name}`, () => {
    test('decoded → is what its description says', () => checkDecoded(file, expected))
    test('pages encoded again → the same header, pages and commit', () => checkReencoded(file))
    test('frames copied → the same file', () => checkCopied(file))
  })
}

function checkBroken({ file: name, wrong, goDecoder }: Broken): void {
  const isAccepted = goDecoder === 'accepts' && !(name in REFUSED_THOUGH_GO_ACCEPTS)
  test(`shared bad/${name}: ${wrong} → ${isAccepted ? 'accepted' : 'refused'}`, async () => {
    const file = read(`bad/${name}`)
    if (isAccepted) decodeFileSpec(file)
    else assert.throws(() => decodeFileSpec(file), { name: 'FormatError' })
    await readRandomly(file)
  })
}

/** Random access to a broken file ends in values or a FormatError. */
async function readRandomly(file: Uint8Array): Promise<void> {
  const readRange = (start: number, end: number): Promise<Uint8Array> =>
    Promise.resolve(file.slice(start, end))
  try {
    const entries = await readPageIndex(readRange, file.length)
    await Promise.all(entries.map((entry) => readPage(readRange, entry, 4096)))
  } catch (error) {
    if (!isFormatError(error)) throw error
  }
}

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)))
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}
