import { posix } from 'node:path'
import { listPages, type CallOptions, type LegacyFiles, type LegacyObject } from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { listPage } from './list.ts'
import { readObject } from './read.ts'

/** Replicas of Litestream 0.3. Their keys have the path cleaned: no `./`, and no slash where the path is empty. */
export function legacyFiles(connection: Connection): LegacyFiles {
  const root = legacyRoot(connection.settings.root)
  const prefix = `${root}generations/`
  async function* list(options: CallOptions = {}): AsyncGenerator<LegacyObject, void, undefined> {
    const objects = listPages(
      (token, { signal }) =>
        listPage(connection, 'list old backups', { prefix, after: token ?? undefined }, { signal }),
      options,
    )
    for await (const { key, size, modifiedAtMs } of objects) {
      yield { path: key.slice(root.length), size, modifiedAtMs }
      connection.checkOpen(options.signal)
    }
  }
  return {
    list,
    read: (path, options = {}) =>
      readObject(connection, `read old backup ${path}`, `${root}${path}`, options),
  }
}

/** Ends with a slash, or is empty. */
function legacyRoot(root: string): string {
  const cleaned = posix.join(root.slice(0, -1), '/')
  return cleaned === './' || cleaned === '/' ? '' : cleaned
}
