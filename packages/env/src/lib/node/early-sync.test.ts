import assert from 'node:assert/strict'
import { readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'
import { EarlySync } from './early-sync.ts'

/** Descriptors of this process that lead to a path; `null`: the system does not say. */
function opened(path: string): number | null {
  try {
    return readdirSync('/proc/self/fd').filter((name) => leadsTo(`/proc/self/fd/${name}`, path)).length
  } catch {
    return null
  }
}

function leadsTo(link: string, path: string): boolean {
  try {
    return readlinkSync(link) === path
  } catch {
    return false // closed meanwhile
  }
}

async function closedSoon(path: string): Promise<boolean> {
  for (let tries = 0; tries < 500 && (opened(path) ?? 0) > 0; tries++) await sleep(2)
  return (opened(path) ?? 0) === 0
}

test('EarlySync: started again and again, closed in the middle → nothing is thrown, no descriptor stays', async () => {
  using root = temporaryDirectory()
  const path = `${root.path}/a`
  writeFileSync(path, new Uint8Array(1_000_000))
  const early = new EarlySync(path)
  early.start()
  early.start()
  if (opened(path) !== null) assert.equal(opened(path), 1)
  early.close()
  early.start()
  assert.ok(await closedSoon(path))
})

test('EarlySync: never started, or closed when it is done → no descriptor stays', async () => {
  using root = temporaryDirectory()
  const path = `${root.path}/a`
  writeFileSync(path, 'text')
  new EarlySync(path).close()
  const early = new EarlySync(path)
  early.start()
  await sleep(20)
  early.close()
  early.close()
  assert.ok(await closedSoon(path))
})

test('EarlySync: the file is gone → nothing is thrown', () => {
  using root = temporaryDirectory()
  writeFileSync(`${root.path}/a`, 'text')
  const early = new EarlySync(`${root.path}/a`)
  rmSync(`${root.path}/a`)
  assert.doesNotThrow(() => {
    early.start()
    early.start()
    early.close()
  })
})
