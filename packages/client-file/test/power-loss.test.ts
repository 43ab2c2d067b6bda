import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles } from '@ltx/client-core'
import type { FileHandle, Files } from '@ltx/env'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { fileClient } from '../src/index.ts'
import { TEMPORARY_STALE_MS } from '../src/lib/connect.ts'
import { fileBytes, key, readAll, TIME_MS, write } from './material.ts'

const PATH = '/backup'
const LEVEL = '/backup/ltx/0'
const file = key(0, 7n)
const bytes = fileBytes(file, 700_000)

/** Files of which every operation, also of handles, is a step; `onStep` may end the world before the step is taken. */
function stepped(files: Files, onStep: () => void): Files {
  const each = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(inner, name) {
        const member: unknown = Reflect.get(inner, name)
        if (typeof member !== 'function') return member
        return async (...values: unknown[]): Promise<unknown> => {
          onStep()
          const result: unknown = await Reflect.apply(member, inner, values)
          return name === 'open' ? each(result as FileHandle) : result
        }
      },
    })
  return each(files)
}

/** Writes the file in a world that ends before step `stepMax`; returns the world after it, and whether the write had succeeded. */
async function writeUntil(
  seed: number,
  stepMax: number,
  keeps: 'nothing' | 'some' | 'everything',
): Promise<{ after: SimEnv; acknowledged: boolean; steps: number }> {
  const env = simEnv({ seed })
  await write(fileClient({ path: PATH, env }), key(0, 1n))
  let steps = 0
  let after: SimEnv | null = null
  const files = stepped(env.files, () => {
    if (++steps === stepMax) after = env.restart(keeps)
  })
  const outcome = await write(fileClient({ path: PATH, env: { ...env, files } }), file, bytes).then(
    () => true,
    () => false,
  )
  return { after: after ?? env.restart(keeps), acknowledged: outcome, steps }
}

async function checkAfter(after: SimEnv, acknowledged: boolean): Promise<boolean> {
  const client = fileClient({ path: PATH, env: after })
  const listed = await collectFiles(client.listFiles(0))
  const found = listed.find(({ minTXID }) => minTXID === file.minTXID)
  if (found !== undefined) {
    assert.deepEqual([found.size, found.createdAtMs], [bytes.length, TIME_MS], 'size and time')
    assert.deepEqual(await readAll(client.readFile(file)), bytes)
  }
  assert.ok(found !== undefined || !acknowledged, 'the write had succeeded, and the file is gone')
  assert.equal(listed[0]?.minTXID, 1n, 'the file that was there before')
  await write(client, file, bytes)
  await after.clock.advance(TEMPORARY_STALE_MS + 1)
  await write(fileClient({ path: PATH, env: after }), file, bytes)
  assert.equal((await after.files.list(LEVEL)).length, 2, 'temporaries are swept after an hour')
  return found !== undefined
}

const { steps } = await writeUntil(1, Infinity, 'everything')

for (const keeps of ['nothing', 'some', 'everything'] as const) {
  const seeds = keeps === 'some' ? 20 : 1
  test(`file client: the world ends before each of ${steps} steps of a write, ${keeps} unsynced is kept → whole or absent, and can be written again`, async () => {
    const outcomes = new Set<boolean>()
    for (let seed = 1; seed <= seeds; seed++) {
      for (let step = 1; step <= steps + 1; step++) {
        const { after, acknowledged } = await writeUntil(seed, step, keeps)
        try {
          outcomes.add(await checkAfter(after, acknowledged))
        } catch (error) {
          throw new Error(`seed ${seed}, before step ${step}`, { cause: error })
        }
      }
    }
    assert.deepEqual(outcomes, new Set([false, true]), 'both outcomes were seen')
  })
}

test('file client: a write that succeeded, then a power loss → it is there', async () => {
  const { after, acknowledged } = await writeUntil(1, Infinity, 'nothing')
  assert.equal(acknowledged, true)
  assert.equal(await checkAfter(after, true), true)
})
