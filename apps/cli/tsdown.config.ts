import path from 'node:path'
import { defineConfig } from 'tsdown'

/** What rolldown tells about a module. */
type InfoOf = (id: string) => { readonly importedIds: readonly string[] } | null

const SOURCES = path.join(import.meta.dirname, 'src')
/** What these need goes into two files: */
const ROOTS = ['main.ts', 'commands/version.ts', 'commands/restore.ts'] as const

/** What every start loads anyway. */
const AT_HAND: ReadonlySet<string> = new Set(['node:path', 'node:url', 'node:os'])

let files: ReadonlyMap<string, 'start' | 'replica'> | null = null

/**
 * Modules that go into one file together: a start reads and links each file for itself, half a millisecond each, and a restore of a small
 * database takes less time than that of its thirty modules. One file has what needs no package, for every verb; the other what those
 * need that look into a replica. The entries stay alone: the first one waits at its top level for what it imports, which must not
 * import it.
 */
function filesOf(infoOf: InfoOf): ReadonlyMap<string, 'start' | 'replica'> {
  const found = new Map<string, 'start' | 'replica'>()
  for (const root of ROOTS) {
    for (const id of withImports(path.join(SOURCES, root), infoOf)) {
      if (path.dirname(id) === SOURCES || !id.startsWith(SOURCES)) continue
      const isLight = [...withImports(id, infoOf)].every(
        (each) => each.startsWith(SOURCES) || each.startsWith('\0') || AT_HAND.has(each),
      )
      found.set(id, isLight ? 'start' : 'replica')
    }
  }
  return found
}

function withImports(first: string, infoOf: InfoOf): ReadonlySet<string> {
  const found = new Set<string>()
  const pending = [first]
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id)) continue
    found.add(id)
    pending.push(...(infoOf(id)?.importedIds ?? []))
  }
  return found
}

export default defineConfig({
  entry: ['src/*.ts', '!src/*.test.ts'],
  platform: 'node',
  target: 'node22.18',
  dts: false,
  sourcemap: true,
  fixedExtension: false,
  outputOptions: {
    codeSplitting: {
      groups: (['start', 'replica'] as const).map((file, index) => ({
        priority: 2 - index, // a group takes along what its modules import, unless an earlier one has it
        name: (id, context) => {
          files ??= filesOf((each) => context.getModuleInfo(each))
          return files.get(id) === file ? file : null
        },
      })),
    },
  },
})
