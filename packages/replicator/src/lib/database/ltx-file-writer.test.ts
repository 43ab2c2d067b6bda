import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createHeader, toTxid } from '@ltx/format'
import { decodeFileSpec } from '@ltx/format/testing'
import { sharedKernels } from '@ltx/kernels'
import { lockPageNumber } from '@ltx/wal'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { LtxFileWriter, type WrittenFile } from './ltx-file-writer.ts'

const OWNER = { mode: 0o640, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const header = createHeader({
  pageSize: 65_536,
  commit: 20_000,
  minTXID: toTxid(7n),
  maxTXID: toTxid(7n),
  timestampMs: 1_700_000_000_001,
})

test('LtxFileWriter: published → whole, with mode, owner and time; the lock page is left out, whoever offers it', () => {
  using world = new World()
  const directory = `${world.directory}/out`
  using writer = new LtxFileWriter(world.env, directory, header, OWNER)
  const lockPage = lockPageNumber(header.pageSize)
  for (const page of [1, lockPage - 1, lockPage, lockPage + 1]) {
    writer.write(page, new Uint8Array(header.pageSize).fill(page % 251))
  }
  const file = writer.publish()
  assert.deepEqual([file.pages, file.txid], [3, 7n])
  const path = `${directory}/${writer.name}`
  const spec = decodeFileSpec(readFileSync(path))
  assert.deepEqual(
    spec.pages.map(({ pageNumber }) => pageNumber),
    [1, lockPage - 1, lockPage + 1],
  )
  const stat = statSync(path, { bigint: true })
  assert.deepEqual(
    [stat.mode & 0o777n, stat.mtimeNs / 1_000_000n, Number(stat.size)],
    [0o640n, 1_700_000_000_001n, file.bytes],
  )
})

test('LtxFileWriter: runs of pages, also across the lock page and a megabyte → the file of one page at a time', async () => {
  using world = new World()
  const lockPage = lockPageNumber(header.pageSize)
  const bytesOf = (page: number): Uint8Array => new Uint8Array(header.pageSize).fill(page % 251)
  const runs: [first: number, last: number][] = [
    [1, 40],
    [lockPage - 20, lockPage + 3],
    [lockPage + 4, lockPage + 4],
  ]
  const files: { readonly written: WrittenFile; readonly bytes: Uint8Array }[] = []
  for (const kind of ['single', 'runs', 'scattered'] as const) {
    using writer = new LtxFileWriter(world.env, `${world.directory}/${kind}`, header, OWNER)
    for (const [first, last] of runs) {
      const pages = Array.from({ length: last - first + 1 }, (_, index) => bytesOf(first + index))
      const numbers = Uint32Array.from(pages, (_, index) => first + index)
      const backwards = Buffer.concat(pages.toReversed())
      const offsets = numbers.map((number) => (last - number) * header.pageSize)
      if (kind === 'runs') await writer.writeRun(first, Buffer.concat(pages))
      else if (kind === 'scattered') writer.writeScattered(numbers, backwards, offsets)
      else for (const [index, page] of pages.entries()) writer.write(first + index, page)
    }
    await writer.settled()
    const written = writer.publish()
    const bytes = readFileSync(`${world.directory}/${kind}/${writer.name}`)
    assert.equal(written.storedChecksum, sharedKernels().crc64(0n, bytes))
    files.push({ written, bytes })
  }
  assert.equal(files[0]?.written.pages, 40 + 23 + 1)
  assert.deepEqual(files[1], files[0])
  assert.deepEqual(files[2], files[0])
})

test('LtxFileWriter: a run that may not follow → told by the call after it, whichever that is; nothing is left', async () => {
  using world = new World()
  const directory = `${world.directory}/out`
  for (const then of ['writeRun', 'settled'] as const) {
    using writer = new LtxFileWriter(world.env, directory, header, OWNER)
    await writer.writeRun(20_000, new Uint8Array(2 * header.pageSize))
    const call = then === 'settled' ? writer.settled() : writer.writeRun(1, new Uint8Array(header.pageSize))
    await assert.rejects(call, RangeError)
  }
  assert.deepEqual(readdirSync(directory), [])
})

test('LtxFileWriter: a run is under work → no other page, and it is not published', async () => {
  using world = new World()
  using writer = new LtxFileWriter(world.env, `${world.directory}/out`, header, OWNER)
  await writer.writeRun(1, new Uint8Array(9 * header.pageSize))
  if (sharedKernels().runs !== undefined) {
    assert.throws(() => writer.write(10, new Uint8Array(header.pageSize)), TypeError)
    assert.throws(() => writer.publish(), TypeError)
  }
  await writer.settled()
  writer.write(10, new Uint8Array(header.pageSize))
  assert.equal(writer.publish().pages, 10)
})

test('LtxFileWriter: disposed of before it is published → nothing is left', () => {
  using world = new World()
  const directory = `${world.directory}/out`
  {
    using writer = new LtxFileWriter(world.env, directory, header, OWNER)
    writer.write(1, new Uint8Array(header.pageSize))
  }
  assert.deepEqual(readdirSync(directory), [])
})
