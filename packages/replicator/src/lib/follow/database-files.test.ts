import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { DatabaseFiles } from './database-files.ts'
import { KeptDescriptors } from './kept-descriptors.ts'

function world(): ReturnType<typeof simEnv> {
  const env = simEnv({ seed: 1 })
  put(env, '/app.db', 'main')
  return env
}

function put(env: ReturnType<typeof simEnv>, path: string, text: string): void {
  using handle = env.blockingFiles.open(path, 'create-new')
  handle.write(new TextEncoder().encode(text), 0)
}

function opened(env: ReturnType<typeof simEnv>, kept: KeptDescriptors | null = null): DatabaseFiles {
  const files = new DatabaseFiles(env.blockingFiles, '/app.db', kept)
  files.open()
  return files
}

test('DatabaseFiles: no -wal → 0 bytes of it; it appears → read', () => {
  const env = world()
  using files = opened(env)
  const target = new Uint8Array(3)
  assert.deepEqual([files.readWal(target, 0), files.walBytes()], [0, 0])
  put(env, '/app.db-wal', 'frames')
  assert.deepEqual([files.readWal(target, 2), files.walBytes()], [3, 6])
  assert.equal(new TextDecoder().decode(target), 'ame')
})

for (const [what, change, replaced] of [
  ['nothing happens', (): void => {}, false],
  [
    "the database has another file's name now",
    (env: ReturnType<typeof simEnv>): void => env.blockingFiles.remove('/app.db'),
    true,
  ],
  [
    "another file has the database's name",
    (env: ReturnType<typeof simEnv>): void => {
      put(env, '/new', 'new')
      env.blockingFiles.rename('/new', '/app.db')
    },
    true,
  ],
  [
    'another -wal has its name',
    (env: ReturnType<typeof simEnv>): void => {
      env.blockingFiles.remove('/app.db-wal')
      put(env, '/app.db-wal', 'other')
    },
    true,
  ],
] as const) {
  test(`DatabaseFiles, wereReplaced: ${what} → ${replaced}`, () => {
    const env = world()
    put(env, '/app.db-wal', 'frames')
    using files = opened(env)
    files.walBytes()
    change(env)
    assert.equal(files.wereReplaced(), replaced)
  })
}

test('DatabaseFiles: closed → opened again it reads what has the name then', () => {
  const env = world()
  const files = opened(env)
  files.close()
  env.blockingFiles.remove('/app.db')
  put(env, '/app.db', 'next')
  files.open()
  const target = new Uint8Array(4)
  files.readMain(target, 0)
  assert.equal(new TextDecoder().decode(target), 'next')
  files.close()
})

test('DatabaseFiles: kept, since the application lives here → close leaves the descriptor of the database open', () => {
  const env = world()
  const kept = new KeptDescriptors(env.blockingFiles)
  const files = opened(env, kept)
  files.close()
  const target = new Uint8Array(4)
  assert.equal(kept.open('/app.db').read(target, 0), 4)
})
