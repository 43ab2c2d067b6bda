import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { FileDecoder } from '@ltx/format'
import { test } from 'vitest'
import { ArraySources, collected } from './array-source.ts'
import { mergeFiles } from '../src/index.ts'

interface Expected {
  readonly inputs: readonly string[]
  readonly header: {
    readonly commit: number
    readonly minTXID: number
    readonly maxTXID: number
    readonly timestamp: number
  }
  readonly pages: readonly {
    readonly pgno: number
    readonly frameSize: number
    readonly dataSha256: string
  }[]
}

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)))
}

for (const name of ['l1-compacted', 'chk-compacted', 'chk-compacted-snapshot']) {
  test(`mergeFiles: the inputs of ${name}.ltx → the header, pages and frames that Go wrote`, async () => {
    const expected = JSON.parse(Buffer.from(fixture(`${name}.json`)).toString()) as Expected
    const sources = new ArraySources()
    const inputs = expected.inputs.map((input) => sources.of(fixture(input), input))
    const { bytes } = await collected(mergeFiles(inputs))
    const decoder = new FileDecoder()
    decoder.push(bytes)
    decoder.finishInput()
    const pages: Expected['pages'][number][] = []
    for (let event = decoder.pull(); event !== null; event = decoder.pull()) {
      if (event.kind === 'header') {
        const { commit, minTXID, maxTXID, timestampMs } = event.header
        const header = { commit, minTXID: Number(minTXID), maxTXID: Number(maxTXID), timestamp: timestampMs }
        const { commit: c, minTXID: min, maxTXID: max, timestamp } = expected.header
        assert.deepEqual(header, { commit: c, minTXID: min, maxTXID: max, timestamp })
      } else if (event.kind === 'page') {
        const dataSha256 = createHash('sha256').update(event.data).digest('hex')
        pages.push({ pgno: event.pageNumber, frameSize: event.frame?.length ?? 0, dataSha256 })
      }
    }
    const wanted = expected.pages.map(({ pgno, frameSize, dataSha256 }) => ({ pgno, frameSize, dataSha256 }))
    assert.deepEqual(pages, wanted)
  })
}
