import assert from 'node:assert/strict'
import type { FileHandle, Files } from '../src/index.ts'

/** What the blocking files have as well. */
export type PlainFiles = Omit<Files, 'link' | 'watch'>

/** What every implementation of files does. `root` is an empty directory of the test's own. */
export interface FilesRow<Subject> {
  /** `situation → outcome` */
  readonly name: string
  run(files: Subject, root: string): Promise<void>
}

/** Rejected by the system, with this code. */
export async function refused(code: string, act: () => Promise<unknown>): Promise<void> {
  await assert.rejects(act, (error: Error & { code?: string }) => {
    assert.equal(error.code, code, error.message)
    return true
  })
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

export async function put(files: PlainFiles, path: string, text: string): Promise<void> {
  await using handle = await files.open(path, 'create')
  await handle.write(bytesOf(text), 0)
}

export async function get(files: PlainFiles, path: string): Promise<string> {
  await using handle = await files.open(path, 'read')
  return await getAll(handle) // before the handle is closed
}

export async function getAll(handle: FileHandle): Promise<string> {
  const target = new Uint8Array((await handle.stat()).size)
  assert.equal(await handle.read(target, 0), target.length)
  return new TextDecoder().decode(target)
}
