import assert from 'node:assert/strict'
import type { Files } from '../src/index.ts'
import { type FilesRow, get, type PlainFiles, put, refused } from './files-rows.ts'

/** Names and directories. */
export const DIRECTORY_ROWS: readonly FilesRow<PlainFiles>[] = [
  {
    name: 'stat: a file, a directory, nothing → kind and size, kind, null',
    async run(files, root) {
      await put(files, `${root}/a`, 'abc')
      const stat = await files.stat(`${root}/a`)
      assert.equal(stat?.kind, 'file')
      assert.equal(stat.size, 3)
      assert.equal(stat.mode, 0o600)
      assert.equal((await files.stat(root))?.kind, 'directory')
      assert.equal(await files.stat(`${root}/b`), null)
      assert.equal(await files.stat(`${root}/b/c`), null)
    },
  },
  {
    name: 'stat: below a file → ENOTDIR, which is not the same as missing',
    async run(files, root) {
      await put(files, `${root}/a`, '')
      await refused('ENOTDIR', () => files.stat(`${root}/a/b`))
    },
  },
  {
    name: 'stat: two files, one renamed, one replaced → the inode tells which is which',
    async run(files, root) {
      await put(files, `${root}/a`, '')
      await put(files, `${root}/b`, '')
      const [a, b] = [await files.stat(`${root}/a`), await files.stat(`${root}/b`)]
      assert.notEqual(a?.ino, b?.ino)
      assert.equal(a?.dev, b?.dev)
      await files.rename(`${root}/a`, `${root}/b`)
      assert.equal((await files.stat(`${root}/b`))?.ino, a?.ino)
    },
  },
  {
    name: 'makeDirectory: with parents and a mode → each made one has exactly that; again → fine, nothing changes',
    async run(files, root) {
      await files.makeDirectory(`${root}/a/b`, { mode: 0o777 })
      await files.makeDirectory(`${root}/a/b/c`)
      await files.makeDirectory(`${root}/a/b`, { mode: 0o700 })
      const modes = await Promise.all(['a', 'a/b', 'a/b/c'].map((path) => files.stat(`${root}/${path}`)))
      assert.deepEqual(
        modes.map((stat) => stat?.mode),
        [0o777, 0o777, 0o700],
      )
    },
  },
  {
    name: 'makeDirectory: a file has the name → EEXIST; a file is on the way → ENOTDIR',
    async run(files, root) {
      await put(files, `${root}/a`, '')
      await refused('EEXIST', () => files.makeDirectory(`${root}/a`))
      await refused('ENOTDIR', () => files.makeDirectory(`${root}/a/b`))
    },
  },
  {
    name: 'list: several → sorted by code units; missing → ENOENT; a file → ENOTDIR',
    async run(files, root) {
      for (const name of ['b', 'B', 'a10', 'a2', 'é']) await put(files, `${root}/${name}`, '')
      assert.deepEqual(await files.list(root), ['B', 'a10', 'a2', 'b', 'é'])
      await refused('ENOENT', () => files.list(`${root}/none`))
      await refused('ENOTDIR', () => files.list(`${root}/a2`))
    },
  },
  {
    name: 'rename: over a file, into another directory → moved and replaced',
    async run(files, root) {
      await files.makeDirectory(`${root}/d`)
      await put(files, `${root}/a`, 'new')
      await put(files, `${root}/d/b`, 'old')
      await files.rename(`${root}/a`, `${root}/d/b`)
      assert.equal(await get(files, `${root}/d/b`), 'new')
      assert.deepEqual(await files.list(root), ['d'])
    },
  },
  {
    name: 'rename: what does not fit → ENOENT, EISDIR, ENOTDIR, ENOTEMPTY',
    async run(files, root) {
      await files.makeDirectory(`${root}/full/inner`)
      await files.makeDirectory(`${root}/empty`)
      await put(files, `${root}/a`, '')
      await refused('ENOENT', () => files.rename(`${root}/none`, `${root}/b`))
      await refused('ENOENT', () => files.rename(`${root}/a`, `${root}/none/b`))
      await refused('EISDIR', () => files.rename(`${root}/a`, `${root}/empty`))
      await refused('ENOTDIR', () => files.rename(`${root}/empty`, `${root}/a`))
      await refused('ENOTEMPTY', () => files.rename(`${root}/empty`, `${root}/full`))
      await files.rename(`${root}/full`, `${root}/empty`)
      assert.deepEqual(await files.list(`${root}/empty`), ['inner'])
    },
  },
  {
    name: 'remove: a file, then again → gone, fine; a directory → refused',
    async run(files, root) {
      await put(files, `${root}/a`, '')
      await files.remove(`${root}/a`)
      await files.remove(`${root}/a`)
      await files.remove(`${root}/none/a`)
      assert.equal(await files.stat(`${root}/a`), null)
      await assert.rejects(() => files.remove(root)) // EISDIR on Linux, EPERM elsewhere
      assert.equal((await files.stat(root))?.kind, 'directory')
    },
  },
  {
    name: 'removeTree: directories with files, then again → gone, fine',
    async run(files, root) {
      await files.makeDirectory(`${root}/a/b`)
      await put(files, `${root}/a/b/c`, '')
      await files.removeTree(`${root}/a`)
      await files.removeTree(`${root}/a`)
      assert.deepEqual(await files.list(root), [])
    },
  },
  {
    name: 'syncDirectory: a directory → fine; missing → ENOENT; a file → ENOTDIR',
    async run(files, root) {
      await files.syncDirectory(root)
      await put(files, `${root}/a`, '')
      await refused('ENOENT', () => files.syncDirectory(`${root}/none`))
      await refused('ENOTDIR', () => files.syncDirectory(`${root}/a`))
    },
  },
  {
    name: 'setMode and setOwner: a file → changed; missing → ENOENT',
    async run(files, root) {
      await put(files, `${root}/a`, '')
      await files.setMode(`${root}/a`, 0o444)
      const before = await files.stat(`${root}/a`)
      assert.equal(before?.mode, 0o444)
      await files.setOwner(`${root}/a`, before.uid, before.gid)
      const after = await files.stat(`${root}/a`)
      assert.deepEqual([after?.uid, after?.gid], [before.uid, before.gid])
      await refused('ENOENT', () => files.setMode(`${root}/none`, 0o444))
      await refused('ENOENT', () => files.setOwner(`${root}/none`, before.uid, before.gid))
    },
  },
]

/** What only the asynchronous files have. */
export const LINK_AND_WATCH_ROWS: readonly FilesRow<Files>[] = [
  {
    name: 'link: a second name → the same file; removed one → the other stays',
    async run(files, root) {
      await put(files, `${root}/a`, 'text')
      await files.link(`${root}/a`, `${root}/b`)
      assert.equal((await files.stat(`${root}/a`))?.ino, (await files.stat(`${root}/b`))?.ino)
      await files.remove(`${root}/a`)
      assert.equal(await get(files, `${root}/b`), 'text')
    },
  },
  {
    name: 'link: the name is taken → EEXIST, nothing replaced; the source is missing → ENOENT; a directory → EPERM',
    async run(files, root) {
      await put(files, `${root}/a`, 'new')
      await put(files, `${root}/b`, 'old')
      await refused('EEXIST', () => files.link(`${root}/a`, `${root}/b`))
      assert.equal(await get(files, `${root}/b`), 'old')
      await refused('ENOENT', () => files.link(`${root}/none`, `${root}/c`))
      await refused('ENOENT', () => files.link(`${root}/a`, `${root}/none/c`))
      await refused('EPERM', () => files.link(root, `${root}/c`))
    },
  },
  {
    name: 'rename: between two names of one file → both stay',
    async run(files, root) {
      await put(files, `${root}/a`, 'text')
      await files.link(`${root}/a`, `${root}/b`)
      await files.rename(`${root}/a`, `${root}/b`)
      assert.deepEqual(await files.list(root), ['a', 'b'])
    },
  },
  {
    name: 'watch: a file made, written, renamed, removed → an event with its name each time',
    async run(files, root) {
      const names: (string | null)[] = []
      let wake: (() => void) | null = null
      const stop = files.watch(
        root,
        ({ name }) => {
          names.push(name)
          wake?.()
        },
        assert.fail,
      )
      const seen = async (name: string, act: () => Promise<void>): Promise<void> => {
        names.length = 0
        await act()
        while (!names.includes(name)) await new Promise<void>((resolve) => (wake = resolve))
      }
      await seen('a', () => put(files, `${root}/a`, ''))
      await using handle = await files.open(`${root}/a`, 'read-write')
      await seen('a', () => handle.write(new Uint8Array(1), 0))
      await seen('b', () => files.rename(`${root}/a`, `${root}/b`))
      await seen('b', () => files.remove(`${root}/b`))
      stop()
      stop()
    },
  },
  {
    name: 'watch: stopped → no event any more',
    async run(files, root) {
      const stop = files.watch(root, () => assert.fail('an event after the end'), assert.fail)
      stop()
      await put(files, `${root}/a`, 'text')
      await files.remove(`${root}/a`)
    },
  },
  {
    name: 'watch: a missing directory → one error, after the call has returned',
    async run(files, root) {
      let returned = false
      const error = await new Promise<Error & { code?: string }>((resolve) => {
        files.watch(
          `${root}/none`,
          () => assert.fail('an event'),
          (failure) => {
            assert.ok(returned)
            resolve(failure)
          },
        )
        returned = true
      })
      assert.equal(error.code, 'ENOENT')
    },
  },
]
