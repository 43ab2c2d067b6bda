import assert from 'node:assert/strict'
import { bytesOf, type FilesRow, get, getAll, type PlainFiles, put, refused } from './files-rows.ts'

/** Opening, and what one can do with an open file. */
export const FILE_ROWS: readonly FilesRow<PlainFiles>[] = [
  {
    name: 'open: a missing file to read or to change → ENOENT',
    async run(files, root) {
      await refused('ENOENT', () => files.open(`${root}/a`, 'read'))
      await refused('ENOENT', () => files.open(`${root}/a`, 'read-write'))
      assert.deepEqual(await files.list(root), [])
    },
  },
  {
    name: 'open: in a missing directory → ENOENT; below a file → ENOTDIR',
    async run(files, root) {
      await put(files, `${root}/a`, '')
      for (const mode of ['read', 'read-write', 'create', 'create-new'] as const) {
        await refused('ENOENT', () => files.open(`${root}/none/b`, mode))
        await refused('ENOTDIR', () => files.open(`${root}/a/b`, mode))
      }
    },
  },
  {
    name: 'open: a directory → EISDIR, and EEXIST when it had to be new',
    async run(files, root) {
      for (const mode of ['read', 'read-write', 'create'] as const) {
        await refused('EISDIR', () => files.open(root, mode))
        await refused('EISDIR', () => files.open(root, mode, { mode: 0o644 }))
      }
      await refused('EEXIST', () => files.open(root, 'create-new'))
    },
  },
  {
    name: 'open: create-new of what is there → EEXIST, the file untouched',
    async run(files, root) {
      await put(files, `${root}/a`, 'old')
      await refused('EEXIST', () => files.open(`${root}/a`, 'create-new'))
      assert.equal(await get(files, `${root}/a`), 'old')
    },
  },
  {
    name: 'open: create of what is there → emptied, with its old mode',
    async run(files, root) {
      await put(files, `${root}/a`, 'old')
      await files.setMode(`${root}/a`, 0o640)
      await using handle = await files.open(`${root}/a`, 'create', { mode: 0o666 })
      assert.equal((await handle.stat()).size, 0)
      assert.equal((await handle.stat()).mode, 0o640)
    },
  },
  {
    name: 'open: made with a mode → exactly that mode, whatever the umask; without → 0600',
    async run(files, root) {
      for (const how of ['create', 'create-new'] as const) {
        for (const mode of [0o666, 0o640, 0o600, undefined]) {
          const path = `${root}/${how}-${mode}`
          await using handle = await files.open(path, how, { mode })
          assert.equal((await handle.stat()).mode, mode ?? 0o600)
        }
      }
    },
  },
  {
    name: 'write and read: out of order, with a gap → the bytes at their places, zeros between',
    async run(files, root) {
      await using handle = await files.open(`${root}/a`, 'create-new')
      await handle.write(bytesOf('world'), 8)
      await handle.write(bytesOf('hello'), 0)
      assert.equal(await getAll(handle), 'hello\0\0\0world')
      await handle.write(new Uint8Array(0), 100) // nothing, and no growth
      assert.equal((await handle.stat()).size, 13)
    },
  },
  {
    name: 'read: over the end, at the end and past it → what there is, into the given part only',
    async run(files, root) {
      await put(files, `${root}/a`, 'abcdef')
      await using handle = await files.open(`${root}/a`, 'read')
      const buffer = new Uint8Array(10).fill(0x2e)
      assert.equal(await handle.read(buffer.subarray(2, 5), 1), 3)
      assert.equal(new TextDecoder().decode(buffer), '..bcd.....')
      assert.equal(await handle.read(buffer.subarray(6), 4), 2)
      assert.equal(new TextDecoder().decode(buffer), '..bcd.ef..')
      assert.equal(await handle.read(buffer, 6), 0)
      assert.equal(await handle.read(buffer, 600), 0)
    },
  },
  {
    name: 'write: from a Buffer that is used again afterwards → the bytes as they were',
    async run(files, root) {
      await using handle = await files.open(`${root}/a`, 'create-new')
      const buffer = Buffer.from('first')
      await handle.write(buffer, 0)
      buffer.fill(0)
      assert.equal(await getAll(handle), 'first')
    },
  },
  {
    name: 'write: opened to read → EBADF',
    async run(files, root) {
      await put(files, `${root}/a`, 'old')
      await using handle = await files.open(`${root}/a`, 'read')
      await refused('EBADF', () => handle.write(bytesOf('new'), 0))
    },
  },
  {
    name: 'write: a few megabytes at once → all of them',
    async run(files, root) {
      const bytes = Uint8Array.from({ length: 3_000_001 }, (_, index) => index * 7)
      await using handle = await files.open(`${root}/a`, 'create-new')
      await handle.write(bytes, 5)
      const back = new Uint8Array(bytes.length)
      assert.equal(await handle.read(back, 5), bytes.length)
      assert.ok(Buffer.from(back.buffer).equals(bytes))
    },
  },
  {
    name: 'truncate: shorter, then longer → the rest is gone and comes back as zeros',
    async run(files, root) {
      await put(files, `${root}/a`, 'abcdef')
      await using handle = await files.open(`${root}/a`, 'read-write')
      await handle.truncate(2)
      await handle.truncate(4)
      assert.equal(await getAll(handle), 'ab\0\0')
    },
  },
  {
    name: 'setTimes: any millisecond → read back as that millisecond',
    async run(files, root) {
      await using handle = await files.open(`${root}/a`, 'create-new')
      const starts = [0, 1, 999, 1_000_000_000_000, 1_699_999_999_999, 4_102_444_800_000]
      for (const start of starts) {
        for (let ms = start; ms < start + 40; ms++) {
          await handle.setTimes(ms)
          assert.equal((await handle.stat()).mtimeNs / 1_000_000n, BigInt(ms))
        }
      }
      await handle.setTimes(1_700_000_000_123)
      assert.equal((await files.stat(`${root}/a`))?.mtimeNs, (await handle.stat()).mtimeNs)
    },
  },
  {
    name: 'setTimes: a fraction → RangeError',
    async run(files, root) {
      await using handle = await files.open(`${root}/a`, 'create-new')
      await assert.rejects(() => handle.setTimes(1.5), RangeError)
    },
  },
  {
    name: 'close: twice → fine; used afterwards → EBADF',
    async run(files, root) {
      const handle = await files.open(`${root}/a`, 'create-new')
      await handle.sync()
      await handle.close()
      await handle.close()
      await handle[Symbol.asyncDispose]()
      await refused('EBADF', () => handle.read(new Uint8Array(1), 0))
      await refused('EBADF', () => handle.write(new Uint8Array(1), 0))
      await refused('EBADF', () => handle.truncate(0))
      await refused('EBADF', () => handle.sync())
      await refused('EBADF', () => handle.stat())
      await refused('EBADF', () => handle.setTimes(0))
    },
  },
  {
    name: 'an open file: renamed, then removed → can be read and written all the same',
    async run(files, root) {
      await put(files, `${root}/a`, 'one')
      await using handle = await files.open(`${root}/a`, 'read-write')
      await files.rename(`${root}/a`, `${root}/b`)
      await handle.write(bytesOf('two'), 0)
      assert.equal(await get(files, `${root}/b`), 'two')
      await files.remove(`${root}/b`)
      assert.equal(await getAll(handle), 'two')
      assert.deepEqual(await files.list(root), [])
    },
  },
]
