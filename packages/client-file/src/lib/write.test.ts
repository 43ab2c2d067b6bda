import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { simEnv, type FileOperation, type SimEnv } from '@ltx/env/sim'
import { fileBytes, key, readAll, TIME_MS, write } from '../../test/material.ts'
import { fileClient } from './client.ts'

const file = key(0, 1n)
const NAME = '0000000000000001-0000000000000001.ltx'
const LEVEL = '/backup/ltx/0'

async function names(env: SimEnv): Promise<string[]> {
  return (await env.files.stat(LEVEL)) === null ? [] : await env.files.list(LEVEL)
}

test('file write: a file → the header time as mtime, the mode and owner of the database, nothing else left', async () => {
  const env = simEnv({ seed: 1 })
  const database = { mode: 0o640, uid: 12, gid: 34 }
  await write(fileClient({ path: '/backup', env, database }), file)
  const stat = await env.files.stat(`${LEVEL}/${NAME}`)
  assert.deepEqual([stat?.mode, stat?.uid, stat?.gid], [0o640, 12, 34])
  assert.equal((stat?.mtimeNs ?? 0n) / 1_000_000n, BigInt(TIME_MS))
  assert.deepEqual(await names(env), [NAME])
})

test('file write: nothing known of the database → 0600', async () => {
  const env = simEnv({ seed: 1 })
  await write(fileClient({ path: '/backup', env }), file)
  assert.equal((await env.files.stat(`${LEVEL}/${NAME}`))?.mode, 0o600)
})

for (const [operation, code, expected] of [
  ['makeDirectory', 'EACCES', 'CLIENT_DENIED'],
  ['makeDirectory', 'EROFS', 'CLIENT_DENIED'],
  ['open', 'EMFILE', 'CLIENT_BUSY'],
  ['write', 'ENOSPC', 'CLIENT_FULL'],
  ['write', 'EDQUOT', 'CLIENT_FULL'],
  ['write', 'EIO', 'CLIENT_UNEXPECTED'],
  ['setTimes', 'EPERM', 'CLIENT_DENIED'],
  ['sync', 'EIO', 'CLIENT_UNEXPECTED'],
  ['sync', 'ENOSPC', 'CLIENT_FULL'],
  ['link', 'EACCES', 'CLIENT_DENIED'],
] as const satisfies readonly (readonly [FileOperation, string, string])[]) {
  test(`file write: ${operation} fails with ${code} → ${expected}, nothing left, and the next write works`, async () => {
    const env = simEnv({ seed: 1 })
    const client = fileClient({ path: '/backup', env })
    env.files.failNext(operation, code)
    await assert.rejects(write(client, file), (error) => isClientError(error, expected))
    assert.deepEqual(await names(env), [])
    await write(client, file)
    assert.deepEqual(await names(env), [NAME])
  })
}

test('file write: the disk is full halfway → CLIENT_FULL, and the space is free again', async () => {
  const env = simEnv({ seed: 1 })
  const client = fileClient({ path: '/backup', env })
  env.files.setCapacity(600_000)
  await assert.rejects(write(client, file, fileBytes(file, 900_000)), (error) =>
    isClientError(error, 'CLIENT_FULL'),
  )
  assert.equal(env.files.usedBytes(), 0)
})

test('file write: the directory cannot be synced → an error, and the retry finds its own file and succeeds', async () => {
  const env = simEnv({ seed: 1 })
  const client = fileClient({ path: '/backup', env })
  await write(client, key(0, 2n))
  env.files.failNext('syncDirectory', 'EIO')
  await assert.rejects(write(client, file), (error) => isClientError(error, 'CLIENT_UNEXPECTED'))
  await write(client, file)
  const after = env.restart('nothing')
  assert.deepEqual(await readAll(fileClient({ path: '/backup', env: after }).readFile(file)), fileBytes(file))
})

test('file write: the level directory was removed meanwhile → made again at the next write', async () => {
  const env = simEnv({ seed: 1 })
  const client = fileClient({ path: '/backup', env })
  await write(client, file)
  await env.files.removeTree('/backup')
  await assert.rejects(write(client, file), (error) => isClientError(error) && error.advice === 'retry')
  await write(client, file)
  assert.deepEqual(await names(env), [NAME])
})

test('file write: a file system without hard links → stored, a warning, other bytes are still refused', async () => {
  const env = simEnv({ seed: 1 })
  env.files.withoutHardLinks()
  const client = fileClient({ path: '/backup', env })
  await write(client, file)
  await write(client, file)
  const other = fileBytes(file, 500, 9)
  await assert.rejects(write(client, file, other), (error) => isClientError(error, 'CLIENT_EXISTS'))
  assert.deepEqual(await readAll(client.readFile(file)), fileBytes(file))
  assert.deepEqual(await names(env), [NAME])
  assert.equal(env.logger.lines.filter(({ level }) => level === 'warn').length, 1)
})

test('file write: the existing file cannot be read for the comparison → that error, not CLIENT_EXISTS', async () => {
  const env = simEnv({ seed: 1 })
  const client = fileClient({ path: '/backup', env })
  await write(client, file)
  env.files.failNext('read', 'EIO', /ltx$/)
  await assert.rejects(write(client, file), (error) => isClientError(error, 'CLIENT_UNEXPECTED'))
  assert.deepEqual(await names(env), [NAME])
})

test('file write: chunks of every size → the bytes, in writes that are not small', async () => {
  const env = simEnv({ seed: 1 })
  const client = fileClient({ path: '/backup', env })
  const bytes = fileBytes(file, 1_500_000)
  for (let index = 100; index < bytes.length; index++) bytes[index] = (index * 7) % 253
  const sizes = [100, 1, 262_143, 262_144, 262_145, 6, 300_000, 0, 412_361]
  await client.writeFile(file, async function* () {
    let at = 0
    for (const size of sizes) {
      yield bytes.subarray(at, at + size)
      at += size
    }
  })
  const stored = await readAll(client.readFile(file))
  assert.equal(
    stored.length,
    sizes.reduce((sum, size) => sum + size, 0),
  )
  assert.deepEqual(stored, bytes.subarray(0, stored.length))
})
