import assert from 'node:assert/strict'
import { constants, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { test } from 'vitest'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'
import { pageAlignedBytes } from '../page-aligned-bytes.ts'
import { systemError } from '../system-error.ts'
import { DirectWrites, directWrites } from './direct-writes.ts'
import { nodeFiles } from './node-files.ts'

interface Fake {
  readonly writes: DirectWrites
  opens: number
  closes: number
}

/** A file that writes as `write` says. */
function fakeFile(write: (length: number) => number): Fake {
  const fake: Fake = {
    opens: 0,
    closes: 0,
    writes: new DirectWrites(async () => {
      fake.opens++
      return {
        write: async (bytes: Uint8Array) => ({ bytesWritten: write(bytes.length), buffer: bytes }),
        close: async () => void fake.closes++,
      } as unknown as Awaited<ReturnType<ConstructorParameters<typeof DirectWrites>[0]>>
    }),
  }
  return fake
}

const block = (): Uint8Array => pageAlignedBytes(8192).fill(7)

test('DirectWrites: blocks at a block → written as far as the system does; the file is opened once and closed', async () => {
  const fake = fakeFile((length) => length - 4096)
  assert.equal(await fake.writes.write(block(), 4096), 4096)
  assert.equal(await fake.writes.write(block(), 0), 4096)
  await fake.writes.close()
  assert.deepEqual([fake.opens, fake.closes], [1, 1])
})

for (const [what, bytes, position] of [
  ['a length', block().subarray(0, 8191), 0],
  ['a place in the file', block(), 512],
  ['a place in memory', pageAlignedBytes(8704).subarray(512), 0],
] as const) {
  test(`DirectWrites: ${what} that is no block's → nothing is written, nothing is opened`, async () => {
    const fake = fakeFile((length) => length)
    assert.equal(await fake.writes.write(bytes, position), 0)
    await fake.writes.close()
    assert.deepEqual([fake.opens, fake.closes], [0, 0])
  })
}

test('DirectWrites: the file system refuses the open → nothing is written, and it is not asked again', async () => {
  let opens = 0
  const writes = new DirectWrites(async () => {
    opens++
    throw systemError('EINVAL', 'open', 'a')
  })
  assert.equal(await writes.write(block(), 0), 0)
  assert.equal(await writes.write(block(), 0), 0)
  await writes.close()
  assert.equal(opens, 1)
})

test('DirectWrites: the file system refuses the write → closed, and not asked again', async () => {
  let asked = 0
  const fake = fakeFile(() => {
    asked++
    throw systemError('EINVAL', 'write', 'a')
  })
  assert.equal(await fake.writes.write(block(), 0), 0)
  assert.equal(await fake.writes.write(block(), 0), 0)
  await fake.writes.close()
  assert.deepEqual([fake.opens, asked, fake.closes], [1, 1, 1])
})

test('DirectWrites: the disk is full → its own error', async () => {
  const fake = fakeFile(() => {
    throw systemError('ENOSPC', 'write', 'a')
  })
  await assert.rejects(fake.writes.write(block(), 0), { code: 'ENOSPC' })
  await fake.writes.close()
  assert.equal(fake.closes, 1)
})

test('directWrites: a file that was renamed meanwhile → its bytes go there, where the system has direct writes', async () => {
  using root = temporaryDirectory()
  await using handle = await open(`${root.path}/a`, 'wx+')
  const writes = directWrites(handle.fd)
  await rename(`${root.path}/a`, `${root.path}/b`)
  const written = await writes.write(block(), 4096)
  await writes.close()
  assert.ok(written === 0 || written === 8192)
  if (constants.O_DIRECT === undefined) assert.equal(written, 0)
  const expected = written === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.alloc(4096), block()])
  assert.deepEqual(readFileSync(`${root.path}/b`), expected)
})

test('FileHandle.write, uncached: direct and ordinary writes in turns, aligned and not → every byte at its place', async () => {
  using root = temporaryDirectory()
  const expected = Buffer.alloc(100_000)
  {
    await using handle = await nodeFiles.open(`${root.path}/a`, 'create-new')
    for (const [value, position, length] of [
      [1, 0, 100_000],
      [2, 4096, 8192],
      [3, 6000, 100],
      [4, 0, 4096],
      [5, 32_768, 40_001],
      [6, 36_864, 8192],
    ] as const) {
      await handle.write(pageAlignedBytes(length).fill(value), position, { uncached: value % 2 === 0 })
      await handle.write(new Uint8Array(length).fill(value), position, { uncached: true })
      expected.fill(value, position, position + length)
      const back = new Uint8Array(length)
      assert.equal(await handle.read(back, position), length)
      assert.deepEqual(back, new Uint8Array(length).fill(value))
    }
    await handle.sync()
  }
  assert.deepEqual(readFileSync(`${root.path}/a`), expected)
})
