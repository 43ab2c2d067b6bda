import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fakeWorlds, withCode } from '../../test/material.ts'
import { makeDirectories, readWhole, removeIfEmpty, syncDirectory } from './directories.ts'
import type { Session } from './session.ts'

const { server, world } = await fakeWorlds()

async function within(
  world_: ReturnType<typeof world>,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  try {
    await world_.connection.call({ kind: 'PUT', what: 'try', signal: undefined }, work)
  } finally {
    world_.connection.close()
  }
}

test('readWhole: a directory in several answers, one that is not there → all, none', async () => {
  const here = world()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) here.put(name, name)
  await within(here, async (session) => {
    const names = (await readWhole(session, here.path)).map(({ name }) => name)
    assert.deepEqual(names.toSorted(), ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    assert.deepEqual(await readWhole(session, `${here.path}/none`), [])
  })
})

test('makeDirectories: none of them, some, or all there → all there', async () => {
  const here = world()
  await within(here, async (session) => {
    for (const below of ['a/b/c', 'a/b/d', 'a/b/d', 'a/b/c/d/e']) {
      await makeDirectories(session, `${here.path}/${below}`)
      assert.equal((await session.stat(`${here.path}/${below}`)).kind, 'directory')
    }
  })
})

test('makeDirectories: a file is in the way → CLIENT_BAD_OPTIONS that names it', async () => {
  const here = world()
  here.put('a', 'x')
  const made = within(here, (session) => makeDirectories(session, `${here.path}/a`))
  await assert.rejects(made, withCode('CLIENT_BAD_OPTIONS', /db\/a on the server is not a directory/))
})

test('makeDirectories: no permission → CLIENT_DENIED', async () => {
  const here = world()
  server.fail({ kind: 'refuse', status: 3 }, /MKDIR/)
  const made = within(here, (session) => makeDirectories(session, `${here.path}/a`))
  await assert.rejects(made, withCode('CLIENT_DENIED'))
})

test('removeIfEmpty: empty, full, missing → gone, there, fine', async () => {
  const here = world()
  here.put('full/x')
  await within(here, async (session) => {
    await session.makeDirectory(`${here.path}/empty`)
    for (const name of ['empty', 'full', 'missing']) await removeIfEmpty(session, `${here.path}/${name}`)
  })
  assert.deepEqual(here.names(''), ['full'])
})

test('syncDirectory: a directory, and a server that opens none as a file → true, false', async () => {
  const here = world()
  here.put('x')
  await within(here, async (session) => {
    assert.equal(await syncDirectory(session, here.path), true)
    server.fail({ kind: 'refuse', status: 4 }, /OPEN/)
    assert.equal(await syncDirectory(session, here.path), false)
  })
})
