import type { CallOptions, LegacyObject } from '@ltx/client-core'
import type { Connection } from './connection.ts'
import { readWhole } from './directories.ts'
import type { RemoteEntry } from './session.ts'

/** `generations/<generation>/wal/<file>`; nothing of theirs lies deeper. */
const DEPTH_MAX = 4

/** Every file below `generations/`, ascending by path, directory by directory as they are asked for. Links are not followed. */
export async function* listLegacy(
  connection: Connection,
  options: CallOptions,
  path: string = 'generations',
  depth: number = 1,
): AsyncGenerator<LegacyObject, void, undefined> {
  const call = { kind: 'LIST', what: `list ${path}`, signal: options.signal } as const
  const entries = await connection.call(call, (session) =>
    readWhole(session, `${connection.settings.prefix}${path}`),
  )
  for (const entry of entries.toSorted(byPath)) {
    const below = `${path}/${entry.name}`
    if (entry.kind === 'directory') {
      if (depth < DEPTH_MAX) yield* listLegacy(connection, options, below, depth + 1)
    } else if (entry.kind === 'file' && entry.size !== null) {
      yield { path: below, size: entry.size, modifiedAtMs: entry.mtimeMs }
    }
  }
}

/** As the paths of what is in it: a directory's has a slash after its name. */
function byPath(first: RemoteEntry, second: RemoteEntry): number {
  return sortText(first) < sortText(second) ? -1 : 1
}

function sortText({ name, kind }: RemoteEntry): string {
  return kind === 'directory' ? `${name}/` : name
}
