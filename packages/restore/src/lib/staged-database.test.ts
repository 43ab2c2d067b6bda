import assert from 'node:assert/strict'
import { isTemporaryName } from '@ltx/env'
import { type SimEnv, simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { contentOf, putContent } from '../../test/instant-env.ts'
import { isRestoreError } from './errors.ts'
import { parseOutputPath } from './output-path.ts'
import { StagedDatabase } from './staged-database.ts'

const output = parseOutputPath('/data/app.db')
const NEW = Uint8Array.of(1, 2, 3, 4)
const OLD = Uint8Array.of(9, 9)

async function seededEnv(): Promise<SimEnv> {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/data')
  return env
}

async function staged(env: SimEnv): Promise<StagedDatabase> {
  const database = await StagedDatabase.create(env, output, 0o644)
  await database.handle.write(NEW, 0)
  return database
}

test('StagedDatabase: sealed and published → there, whole, durable, with its mode', async () => {
  const env = await seededEnv()
  {
    await using database = await staged(env)
    assert.ok(isTemporaryName(database.temporaryPath))
    await database.seal(3)
    await database.publish(false)
  }
  env.files.crash()
  assert.deepEqual(await env.files.list('/data'), ['app.db'])
  assert.deepEqual(await contentOf(env, '/data/app.db'), NEW.slice(0, 3))
  assert.equal((await env.files.stat('/data/app.db'))?.mode, 0o644)
})

test('StagedDatabase: published → its descriptor is closed before it has its name: later that would drop the locks of whoever has opened it', async () => {
  const env = await seededEnv()
  let database: StagedDatabase | null = null
  let renames = 0
  const files = new Proxy(env.files, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: readonly unknown[]): Promise<unknown> => {
        if (name === 'rename') {
          renames++
          await assert.rejects(database?.handle.stat() ?? Promise.resolve(), { code: 'EBADF' })
        }
        return (await Reflect.apply(member, target, args)) as unknown
      }
    },
  })
  {
    await using made = await StagedDatabase.create({ ...env, files }, output, 0o644)
    database = made
    await made.seal(4)
    await made.publish(false)
  }
  assert.equal(renames, 1)
})

test('StagedDatabase: not published → nothing is left, nor what a check left beside it', async () => {
  const env = await seededEnv()
  {
    await using database = await staged(env)
    await database.seal(4)
    for (const suffix of ['-wal', '-shm', '-journal'])
      await putContent(env, database.temporaryPath + suffix, OLD)
  }
  assert.deepEqual(await env.files.list('/data'), [])
})

test('StagedDatabase: what cannot be removed → a warning, no exception', async () => {
  const env = await seededEnv()
  {
    await using database = await staged(env)
    assert.ok(database.temporaryPath !== '')
    env.files.failNext('remove', 'EACCES', /\.tmp$/u)
  }
  assert.deepEqual(
    env.logger.lines.map((line) => line.level),
    ['warn'],
  )
})

test('StagedDatabase: somebody made the output meanwhile → RESTORE_EXISTS, and it stays as it is', async () => {
  const env = await seededEnv()
  await using database = await staged(env)
  await database.seal(4)
  await putContent(env, '/data/app.db', OLD)
  await assert.rejects(database.publish(false), (error) => isRestoreError(error, 'RESTORE_EXISTS'))
  assert.deepEqual(await contentOf(env, '/data/app.db'), OLD)
})

test('StagedDatabase: forced, power loss at every step → an old -wal never lies beside the new database', async () => {
  const steps = ['remove', 'syncDirectory', 'rename'] as const
  const seen = new Set<string>()
  for (const keeps of ['nothing', 'some', 'some', 'some'] as const) {
    for (const step of steps) {
      for (let nth = 0; nth < 3; nth++) {
        const env = simEnv({ seed: 7 + nth + seen.size })
        await env.files.makeDirectory('/data')
        for (const suffix of ['', '-wal', '-shm', '-journal'])
          await putContent(env, `/data/app.db${suffix}`, OLD)
        const database = await staged(env)
        await database.seal(4)
        const until = failNth(env, step, nth)
        await database.publish(true).catch(() => {})
        until()
        const after = env.restart(keeps)
        const names = (await after.files.list('/data')).filter((name) => !name.endsWith('.tmp'))
        const isNew = (await contentOf(after, '/data/app.db')).length === NEW.length
        if (isNew) assert.deepEqual(names, ['app.db'], `${step} ${nth}`)
        seen.add(`${isNew ? 'new' : 'old'} with ${names.length - 1}`)
      }
    }
  }
  assert.ok(seen.has('old with 3') && seen.has('new with 0'), [...seen].join(', '))
})

/** The process dies at the nth such operation: it and all after it fail. */
function failNth(env: SimEnv, operation: 'remove' | 'syncDirectory' | 'rename', nth: number): () => void {
  const { files } = env
  const original = {
    remove: files.remove.bind(files),
    syncDirectory: files.syncDirectory.bind(files),
    rename: files.rename.bind(files),
  }
  let count = 0
  const orDie = (): void => {
    if (count++ >= nth) throw new Error('the process is dead')
  }
  if (operation === 'rename') {
    files.rename = async (from, to) => {
      orDie()
      await original.rename(from, to)
    }
  } else {
    files[operation] = async (path) => {
      orDie()
      await original[operation](path)
    }
  }
  return () => void Object.assign(files, original)
}
