import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { test } from 'vitest'
import { fakeWorlds } from '../../test/material.ts'
import { hasStatus, STATUS } from './errors.ts'
import type { Session } from './session.ts'

const full = await fakeWorlds()
const bare = await fakeWorlds({ extensions: [] })

async function within<Result>(
  worlds: typeof full,
  work: (
    session: Session,
    at: (below: string) => string,
    world: ReturnType<typeof full.world>,
  ) => Promise<Result>,
): Promise<Result> {
  const world = worlds.world()
  world.put('x', 'hello')
  const call = { kind: 'GET', what: 'try', signal: undefined } as const
  try {
    return await world.connection.call(call, (session) =>
      work(session, (below) => `${world.path}/${below}`, world),
    )
  } finally {
    world.connection.close()
  }
}

test('sync, link, freeBytes: a server with the extensions → done, and told', async () => {
  await within(full, async (session, at) => {
    const handle = await session.open(at('x'), 'r')
    assert.equal(await session.sync(handle), true)
    await session.close(handle)
    assert.equal(await session.link(at('x'), at('y')), true)
    await assert.rejects(session.link(at('x'), at('y')), (error) => hasStatus(error, STATUS.failure))
    assert.equal(await session.freeBytes(at('x')), 1024 ** 4)
  })
})

test('sync, link, freeBytes: a server without → says so', async () => {
  await within(bare, async (session, at) => {
    const handle = await session.open(at('x'), 'r')
    assert.equal(await session.sync(handle), false)
    await session.close(handle)
    assert.equal(await session.link(at('x'), at('y')), false)
    assert.equal(await session.freeBytes(at('x')), null)
  })
})

test('stat, statLink, readDirectory: files, directories and links → told apart', async () => {
  await within(full, async (session, at, { put, server, path }) => {
    put('sub/file', '12')
    symlinkSync('x', server.files.real(`${path}/link`))
    assert.equal((await session.stat(at('link'))).kind, 'file')
    assert.equal((await session.statLink(at('link'))).kind, 'link')
    assert.equal((await session.stat(at('sub'))).kind, 'directory')
    const handle = await session.openDirectory(at(''))
    const kinds = new Map<string, string>()
    await assert.rejects(
      async () => {
        for (;;) for (const { name, kind } of await session.readDirectory(handle)) kinds.set(name, kind)
      },
      (error) => hasStatus(error, STATUS.eof),
    )
    await session.close(handle)
    const expected = new Map([
      ['link', 'link'],
      ['sub', 'directory'],
      ['x', 'file'],
    ])
    assert.deepEqual(kinds, expected)
  })
})

test('write: the caller uses its buffer again at once → what was there is written', async () => {
  await within(full, async (session, at) => {
    const handle = await session.open(at('z'), 'wx')
    const bytes = Buffer.alloc(100_000, 1)
    const written = session.write(handle, bytes, 0)
    bytes.fill(2)
    await written
    const target = Buffer.alloc(100_000)
    await session.close(handle)
    const again = await session.open(at('z'), 'r')
    assert.equal(await session.read(again, target, 0), 100_000)
    assert.equal(await session.read(again, Buffer.alloc(5), 100_000), 0)
    await session.close(again)
    assert.ok(target.every((byte) => byte === 1))
  })
})

test('open: given up, and then it comes → closed again', async () => {
  await within(full, async (_session, at, { connection, server }) => {
    const before = server.files.open
    const controller = new AbortController()
    const call = { kind: 'GET', what: 'open', signal: controller.signal } as const
    const opened = connection.call(call, async (session) => {
      const handle = session.open(at('x'), 'r')
      controller.abort('enough')
      return await handle
    })
    await assert.rejects(opened, (reason) => reason === 'enough')
    for (let round = 0; server.count('CLOSE') === 0 || server.files.open > before; round++) {
      assert.ok(round < 1e6, 'it was not closed')
      await setImmediate()
    }
  })
})
