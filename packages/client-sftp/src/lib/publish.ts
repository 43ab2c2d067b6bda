import type { Logger } from '@ltx/env'
import { hasStatus, STATUS } from './errors.ts'
import type { Session } from './session.ts'

/**
 * Gives finished uploads their name, if it is free. A hard link does it atomically where the server has them. Elsewhere it is a rename:
 * the protocol wants it refused when the name is taken, and some servers replace all the same, so that is tried out first.
 */
export class Publisher {
  readonly #logger: Logger
  #links = true
  /** Whether a rename leaves what is there alone; `null` as long as nobody has tried. */
  #renameRefuses: Promise<boolean> | null = null
  #createOnly = true

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Whether nothing is ever replaced. */
  get createOnly(): boolean {
    return this.#createOnly
  }

  /**
   * `false`: the name is taken. The temporary is gone if it is `true`.
   *
   * @param another makes the path of one more temporary
   */
  async publish(session: Session, temporary: string, path: string, another: () => string): Promise<boolean> {
    if (this.#links) {
      const linked = await this.#link(session, temporary, path)
      if (linked !== null) return linked
    }
    this.#renameRefuses ??= renameRefuses(session, another)
    const refuses = await this.#renameRefuses.catch((error: unknown) => {
      this.#renameRefuses = null
      throw error
    })
    if (!refuses) {
      this.#replacing()
      if (await exists(session, path)) return false
    }
    try {
      await session.rename(temporary, path)
    } catch (error) {
      if (hasStatus(error) && (await exists(session, path))) return false
      throw error
    }
    this.#links = false // it was tried, and was not the reason
    return true
  }

  /** `null`: there are no hard links here. */
  async #link(session: Session, temporary: string, path: string): Promise<boolean | null> {
    try {
      if (!(await session.link(temporary, path))) return null
    } catch (error) {
      if (!hasStatus(error) || error.status === STATUS.noSuchFile) throw error
      return (await exists(session, path)) ? false : null
    }
    await session.remove(temporary).catch((error: unknown) => {
      if (!hasStatus(error)) throw error
    })
    return true
  }

  #replacing(): void {
    if (!this.#createOnly) return
    this.#createOnly = false
    this.#logger.log(
      'warn',
      'this sftp server renames over files that are there: two writers on one path would not notice each other',
    )
  }
}

/** Two temporaries of our own, one renamed onto the other. */
async function renameRefuses(session: Session, another: () => string): Promise<boolean> {
  const paths = [another(), another()] as const
  try {
    for (const path of paths) await session.close(await session.open(path, 'wx'))
    await session.rename(...paths)
    return false
  } catch (error) {
    if (hasStatus(error, STATUS.failure, STATUS.alreadyExists)) return true
    throw error
  } finally {
    for (const path of paths) await session.detached.remove(path).catch(() => undefined)
  }
}

async function exists(session: Session, path: string): Promise<boolean> {
  try {
    await session.statLink(path)
    return true
  } catch (error) {
    if (hasStatus(error, STATUS.noSuchFile)) return false
    throw error
  }
}
