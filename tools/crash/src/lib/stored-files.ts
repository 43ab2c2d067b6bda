import assert from 'node:assert/strict'
import path from 'node:path'
import { hashOf } from './compare.ts'
import { filesUnder } from './files-under.ts'

/** Remembers every file that was ever seen in a replica: no name may mean two things. */
export class StoredFiles {
  readonly #replica: string
  readonly #hashes = new Map<string, string>()

  constructor(replica: string) {
    this.#replica = replica
  }

  /** @throws {AssertionError} when a file has other bytes than it had under this name before */
  check(): void {
    for (const name of filesUnder(this.#replica).keys()) {
      if (!name.endsWith('.ltx')) continue
      const hash = hashIfThere(path.join(this.#replica, name))
      if (hash === null) continue
      const before = this.#hashes.get(name)
      assert.ok(before === undefined || before === hash, `${name} was stored twice, with different bytes`)
      this.#hashes.set(name, hash)
    }
  }

  /** Somebody has emptied the replica: names may come again. */
  forget(): void {
    this.#hashes.clear()
  }
}

/** `null`: retention was faster. */
function hashIfThere(file: string): string | null {
  try {
    return hashOf(file)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null
    throw error
  }
}
