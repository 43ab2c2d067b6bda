import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { isFollowedBySomebody } from './ask-daemon.ts'
import { writeLife } from './life-record.ts'

test('isFollowedBySomebody: no record, one that means nothing → false', async () => {
  await using directory = await temporaryDirectory()
  assert.equal(await isFollowedBySomebody(directory.path), false)
  await writeFile(join(directory.path, 'daemon'), '{"socket":')
  assert.equal(await isFollowedBySomebody(directory.path), false)
  writeLife(directory.path, { socket: join(directory.path, 'nobody'), database: '/a' })
  assert.equal(await isFollowedBySomebody(directory.path), false)
})

test('isFollowedBySomebody: whoever listens says nothing → taken as followed', async () => {
  await using directory = await temporaryDirectory()
  const socket = join(directory.path, 's')
  const server = createServer((connection) => void connection.on('error', () => {}).resume())
  await new Promise<void>((resolve) => void server.listen(socket, resolve))
  writeLife(directory.path, { socket, database: '/a' })
  assert.equal(await isFollowedBySomebody(directory.path), true)
  server.close()
})
