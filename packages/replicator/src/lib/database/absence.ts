import type { DatabaseParts } from './database-parts.ts'
import { holdsFiles } from './holds-files.ts'
import { LocalPort } from './local-port.ts'

type AbsenceParts = Pick<DatabaseParts, 'env' | 'client' | 'path' | 'metaPath' | 'emit'>

/** A database that is not there: is it yet to come, or is it missing? */
export class Absence {
  readonly #parts: AbsenceParts
  readonly #over = new AbortController()
  #because: string | null = null

  private constructor(parts: AbsenceParts) {
    this.#parts = parts
  }

  /** Looks for what it has left on this machine. @param wasFollowed By this process. */
  static async begin(parts: AbsenceParts, wasFollowed: boolean): Promise<Absence> {
    const absence = new Absence(parts)
    const { env, metaPath } = parts
    if (wasFollowed) absence.#because = 'it was followed before'
    else if ((await new LocalPort(env.files, metaPath).list().catch(() => [])).length > 0) {
      absence.#because = 'it has local files'
    }
    return absence
  }

  /** It was there, as far as that is known yet. */
  get isMissing(): boolean {
    return this.#because !== null
  }

  /** Tells whether it is missing, and asks the replica where nothing here says so. Goes on by itself until it knows, or until `end`. */
  async tell(): Promise<void> {
    const { env, client, path, emit } = this.#parts
    if (this.#because === null && (await holdsFiles(env, client, this.#over.signal).catch(() => false))) {
      this.#because = 'its replica holds files'
    }
    if (this.#because !== null && !this.#over.signal.aborted) {
      emit({ kind: 'missing', path, because: this.#because })
    }
  }

  end(): null {
    this.#over.abort(new Error('the database is there, or nobody asks any more'))
    return null
  }
}
