import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { BlockingFiles, Files } from '@ltx/env'
import { simEnv } from '@ltx/env/sim'
import { NearFiles } from './near-files.ts'

interface Watched {
  readonly near: NearFiles
  /** Calls by where they were made, in order. */
  readonly calls: string[]
  /** What every call on this thread takes. */
  ms: number
}

/** One file, `/file`, with the bytes 1, 2, 3. */
async function watched(): Promise<Watched> {
  const { files, blockingFiles } = simEnv({ seed: 1 })
  await using handle = await files.open('/file', 'create')
  await handle.write(Uint8Array.of(1, 2, 3), 0)
  const calls: string[] = []
  let nowMs = 0
  const noting = <Target extends Files | BlockingFiles>(target: Target, where: string): Target =>
    new Proxy(target, {
      get(inner, name) {
        calls.push(`${where} ${String(name)}`)
        if (where === 'here') nowMs += result.ms
        const call: unknown = Reflect.get(inner, name)
        return typeof call === 'function' ? (call.bind(inner) as unknown) : call
      },
    })
  const clock = { elapsedMs: () => nowMs } as ConstructorParameters<typeof NearFiles>[0]['clock']
  const near = new NearFiles({
    files: noting(files, 'elsewhere'),
    blockingFiles: noting(blockingFiles, 'here'),
    clock,
  })
  const result: Watched = { near, calls, ms: 0 }
  return result
}

async function content(near: NearFiles): Promise<number[]> {
  await using handle = await near.open('/file', 'read')
  const bytes = new Uint8Array(9)
  assert.equal((await handle.stat()).size, 3)
  return [...bytes.subarray(0, await handle.read(bytes, 1))]
}

test('NearFiles: quick calls → made here', async () => {
  const { near, calls } = await watched()
  assert.equal((await near.stat('/file'))?.size, 3)
  assert.equal(await near.stat('/other'), null)
  assert.deepEqual(await content(near), [2, 3])
  assert.deepEqual(calls, ['here stat', 'here stat', 'here open'])
})

test('NearFiles: a slow call → the next ones elsewhere, with the same answers; then it is tried again', async () => {
  const slow = await watched()
  const { near, calls } = slow
  slow.ms = 3
  assert.equal((await near.stat('/file'))?.size, 3)
  slow.ms = 0
  for (let call = 0; call < 63; call++) assert.equal((await near.stat('/file'))?.size, 3)
  assert.deepEqual(await content(near), [2, 3])
  assert.equal(await near.stat('/other'), null)
  assert.deepEqual(calls, [
    'here stat',
    ...Array.from({ length: 63 }, () => 'elsewhere stat'),
    'elsewhere open',
    'here stat',
  ])
})

test('NearFiles: no such file, a slow call that fails → the error of the system, and others elsewhere', async () => {
  const slow = await watched()
  slow.ms = 3
  await assert.rejects(slow.near.open('/other', 'read'), { code: 'ENOENT' })
  await assert.rejects(slow.near.open('/other', 'read'), { code: 'ENOENT' })
  assert.deepEqual(slow.calls, ['here open', 'elsewhere open'])
})
