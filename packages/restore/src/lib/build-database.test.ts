import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { toTxid } from '@ltx/format'
import { encodeFileSpec, type FileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { contentOf, instantEnv } from '../../test/instant-env.ts'
import { BrokenFile } from './broken-file.ts'
import { buildDatabase, type BuiltDatabase } from './build-database.ts'
import { fileLabel } from './file-label.ts'
import { ProgressReporter } from './progress.ts'
import { LATEST, type RestoreTarget } from './restore-target.ts'

type Stored = Omit<FileSpec, 'minTXID' | 'maxTXID'> & { level: number; min: number; max: number }

const pages = (...numbers: number[]): FileSpec['pages'] => numbers.map((pageNumber) => ({ pageNumber }))

/** Builds from these files, oldest first, on a simulated disk. */
async function build(
  stored: readonly Stored[],
  target: RestoreTarget = LATEST,
): Promise<BuiltDatabase & { content: Uint8Array; gets: number; sizes: number[] }> {
  const client = memoryClient()
  const files = stored.map(({ level, min, max, ...spec }) => {
    const key = { level, minTXID: toTxid(BigInt(min)), maxTXID: toTxid(BigInt(max)) }
    const bytes = encodeFileSpec({ ...spec, ...key })
    client.storage.put(key, bytes, max)
    return { ...key, size: bytes.length, createdAtMs: max }
  })
  const env = instantEnv()
  await env.files.makeDirectory('/d')
  await using handle = await env.files.open('/d/x', 'create-new')
  const sizes: number[] = []
  const onSize = (bytes: number): void => void sizes.push(bytes)
  const progress = new ProgressReporter(undefined)
  const parallelism = 1
  const signal = undefined
  const built = await buildDatabase({
    client,
    env,
    handle,
    files,
    target,
    parallelism,
    isReadNext: false,
    progress,
    signal,
    onSize,
  })
  return { ...built, content: await contentOf(env, '/d/x'), gets: client.storage.requests.get, sizes }
}

const first = { level: 9, min: 1, max: 1, pageSize: 512, commit: 3, pages: pages(1, 2, 3) }

test('buildDatabase: a snapshot and a change → both were read, the size was told once', async () => {
  const built = await build([
    first,
    { level: 0, min: 2, max: 2, pageSize: 512, commit: 4, pages: pages(1, 4) },
  ])
  assert.equal(built.used.length, 2)
  assert.equal(built.header.commit, 4)
  assert.equal(built.content.length, 4 * 512)
  assert.deepEqual(built.sizes, [4 * 512])
})

test('buildDatabase: the newest file is a full image → older files are not needed, whatever their page size', async () => {
  const image = { level: 0, min: 2, max: 2, pageSize: 1024, commit: 2, pages: pages(1, 2) }
  const built = await build([first, image])
  assert.deepEqual(built.used.map(fileLabel), ['0/0000000000000002-0000000000000002.ltx'])
  assert.equal(built.content.length, 2048)
})

test('buildDatabase: another page size that is needed → BrokenFile', async () => {
  await assert.rejects(
    build([first, { level: 0, min: 2, max: 2, pageSize: 1024, commit: 2, pages: pages(1) }]),
    (error) => error instanceof BrokenFile && error.file.level === 9,
  )
})

test('buildDatabase: growth without its pages → BrokenFile, the one that grew', async () => {
  await assert.rejects(
    build([
      first,
      { level: 0, min: 2, max: 2, pageSize: 512, commit: 5, pages: pages(1, 5) },
      { level: 0, min: 3, max: 3, pageSize: 512, commit: 5, pages: pages(1) },
    ]),
    (error) =>
      error instanceof BrokenFile && error.file.maxTXID === 2n && error.message.includes('lacks page 4'),
  )
})

test('buildDatabase: a header as late as the moment wanted (the listing says earlier) → BrokenFile', async () => {
  const late = { ...first, timestampMs: 500 }
  await assert.rejects(build([late], { kind: 'timestamp', timestampMs: 500 }), BrokenFile)
  assert.equal((await build([late], { kind: 'timestamp', timestampMs: 501 })).used.length, 1)
})
