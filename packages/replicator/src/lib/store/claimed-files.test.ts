import assert from 'node:assert/strict'
import { linkSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'vitest'
import { nodeEnv } from '@ltx/env/node'
import { ClaimedFiles } from './claimed-files.ts'

class Scene implements Disposable {
  readonly directory: string = mkdtempSync(`${tmpdir()}/ltx-claims-`)
  readonly gone = new Set<string>()
  readonly claims: ClaimedFiles = new ClaimedFiles(nodeEnv().files, (path) => !this.gone.has(path))
  readonly a: string = `${this.directory}/a.db`
  readonly b: string = `${this.directory}/b.db`

  constructor() {
    writeFileSync(this.a, 'a')
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true })
  }
}

const links = { 'hard link': linkSync, 'symbolic link': symlinkSync }

for (const [what, link] of Object.entries(links)) {
  test(`claim: a ${what} to a file that is followed → refused, and the first is named; the first may come again`, async () => {
    using scene = new Scene()
    const { claims, a, b } = scene
    await claims.claim(a)
    link(a, b)
    await assert.rejects(claims.claim(b), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'REPLICATOR_TWO_NAMES')
      assert.ok(error.message.includes(a) && error.message.includes(b))
      return true
    })
    await claims.claim(a)
  })
}

test('claim: the first is not followed any more → the second may', async () => {
  using scene = new Scene()
  const { claims, a, b } = scene
  await claims.claim(a)
  linkSync(a, b)
  scene.gone.add(a)
  await claims.claim(b)
  scene.gone.delete(a)
  await assert.rejects(claims.claim(a), { code: 'REPLICATOR_TWO_NAMES' })
})

test('claim: the file was moved to the other name → that may', async () => {
  using scene = new Scene()
  const { claims, a, b } = scene
  await claims.claim(a)
  renameSync(a, b)
  await assert.doesNotReject(claims.claim(b))
  await assert.doesNotReject(claims.claim(a), 'nothing is there')
})
