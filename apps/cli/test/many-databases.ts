import assert from 'node:assert/strict'
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDatabase } from './make-replica.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { problemsOf, watchingDaemon } from './watching-daemon.ts'

export interface ManyDatabases {
  readonly atStart: number
  /** So many more, all at once. */
  readonly added: number
  /** Half of them from those of the start, half from the others. */
  readonly removed: number
}

export interface ReplicatedMany {
  /** Of all that ever were. */
  readonly replicas: number
  readonly problems: readonly string[]
}

/** A directory with many databases, to which many come and from which many go, at once. */
export async function replicateMany({ atStart, added, removed }: ManyDatabases): Promise<ReplicatedMany> {
  await using temporary = await temporaryDirectory()
  const { path: directory } = temporary
  const data = (index: number): string => join(directory, 'data', `${index}.db`)
  const template = join(directory, 'template.db')
  await makeDatabase(template)
  await mkdir(join(directory, 'data'))
  for (let index = 0; index < atStart; index++) await copyFile(template, data(index))
  const running = await watchingDaemon(directory)
  await running.says(new RegExp(`msg=directory .*count=${atStart}\\b`))
  const count = (pattern: RegExp): number => (running.output.stdout.match(pattern) ?? []).length
  const reaches = async (pattern: RegExp, wanted: number): Promise<void> => {
    while (count(pattern) < wanted) {
      assert.equal(running.child.exitCode, null, running.output.stdout.slice(-2000))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  await reaches(/msg="the first image/g, atStart)
  for (let index = atStart; index < atStart + added; index++) await copyFile(template, data(index))
  await reaches(/msg="a database has appeared"/g, added)
  await reaches(/msg="the first image/g, atStart + added)
  for (let index = atStart - removed / 2; index < atStart + removed / 2; index++) await rm(data(index))
  await reaches(/msg="a database has gone/g, removed)
  running.child.kill('SIGTERM')
  assert.equal(await running.ended, 0, running.output.stderr)
  const replicas = await readdir(join(directory, 'replica'))
  return { replicas: replicas.length, problems: problemsOf(running) }
}
