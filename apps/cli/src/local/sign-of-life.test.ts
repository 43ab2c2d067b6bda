import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { silentLogger } from '@ltx/env/node'
import type { ReplicatorEvent } from '@ltx/replicator'
import { temporaryDirectory, type TemporaryDirectory } from '../../test/temporary-directory.ts'
import { isFollowedBySomebody } from './ask-daemon.ts'
import { readLife } from './life-record.ts'
import { SignOfLife } from './sign-of-life.ts'

const state = (path: string, name: 'dormant' | 'absent'): ReplicatorEvent => ({
  kind: 'state',
  path,
  state: name,
})

/** A daemon that follows what is in `followed`, database → state folder. */
class Daemon implements AsyncDisposable {
  readonly followed: Map<string, string> = new Map()
  readonly directory: TemporaryDirectory
  sign: SignOfLife

  constructor(directory: TemporaryDirectory) {
    this.directory = directory
    this.sign = this.start()
  }

  start(): SignOfLife {
    this.sign = new SignOfLife({
      metaPathOf: (path) => this.followed.get(path) ?? null,
      platform: process.platform,
      logger: silentLogger,
    })
    return this.sign
  }

  /** Resolves when the record is there. */
  async asleep(name: string): Promise<string> {
    const folder = join(this.directory.path, name)
    await mkdir(folder, { recursive: true })
    this.followed.set(`/${name}`, folder)
    this.sign.hear(state(`/${name}`, 'dormant'))
    while (!existsSync(join(folder, 'daemon'))) await new Promise((resolve) => setTimeout(resolve, 2))
    return folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sign[Symbol.asyncDispose]()
    await this.directory[Symbol.asyncDispose]()
  }
}

test('SignOfLife: two databases asleep → both are followed, by one socket; not followed any more → not', async () => {
  await using daemon = new Daemon(await temporaryDirectory())
  const [a, b] = [await daemon.asleep('a'), await daemon.asleep('b')]
  assert.deepEqual([await isFollowedBySomebody(a), await isFollowedBySomebody(b)], [true, true])
  assert.equal(readLife(b)?.socket, join(a, 'alive'))
  assert.equal(existsSync(join(b, 'alive')), false)
  daemon.followed.delete('/b')
  assert.deepEqual([await isFollowedBySomebody(a), await isFollowedBySomebody(b)], [true, false])
})

test('SignOfLife: the daemon has ended → nobody follows, and a later one listens at the same place', async () => {
  await using daemon = new Daemon(await temporaryDirectory())
  const [a, b] = [await daemon.asleep('a'), await daemon.asleep('b')]
  await daemon.sign[Symbol.asyncDispose]()
  assert.equal(await isFollowedBySomebody(b), false)
  const before = await readFile(join(b, 'daemon'), 'utf8')
  daemon.start().hear(state('/b', 'dormant'))
  while (!(await isFollowedBySomebody(b))) await new Promise((resolve) => setTimeout(resolve, 2))
  assert.equal(await readFile(join(b, 'daemon'), 'utf8'), before)
  assert.equal(await isFollowedBySomebody(a), true) // it is among those that are followed, and its record is still right
})

test('isFollowedBySomebody: a copy of the folder elsewhere → not followed', async () => {
  await using daemon = new Daemon(await temporaryDirectory())
  const a = await daemon.asleep('a')
  const copy = join(daemon.directory.path, 'copy')
  await mkdir(copy)
  await cp(join(a, 'daemon'), join(copy, 'daemon'))
  assert.deepEqual([await isFollowedBySomebody(a), await isFollowedBySomebody(copy)], [true, false])
})

test('SignOfLife: the database is gone and another one sleeps in a new folder → a record there', async () => {
  await using daemon = new Daemon(await temporaryDirectory())
  await daemon.asleep('a')
  daemon.sign.hear(state('/a', 'absent'))
  daemon.followed.set('/a', join(daemon.directory.path, 'new'))
  await mkdir(join(daemon.directory.path, 'new'))
  daemon.sign.hear(state('/a', 'dormant'))
  const folder = join(daemon.directory.path, 'new')
  while (!existsSync(join(folder, 'daemon'))) await new Promise((resolve) => setTimeout(resolve, 2))
  assert.equal(await isFollowedBySomebody(folder), true)
})
