import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { stripSource, type StrippedSource } from './strip-source.ts'

/** Never looked at: made by tools, or not ours. */
const IGNORED_FOLDERS = new Set([
  'node_modules',
  'dist',
  '.tsbuild',
  '.turbo',
  '.git',
  'coverage',
  '.pnpm-store',
  'target',
  'results', // of the bench
])
const TEXT_FILE =
  /\.(?:[cm]?[jt]s|json|md|ya?ml|toml|rs|cmd|expected|service)$|(?:^|\/)(?:LICENSE|NOTICE|Dockerfile|run|\.[a-z]+ignore)$/
const SOURCE_FILE = /\.[cm]?[jt]s$/
const TEST_FILE = /\.test\.ts$|^[^/]+\/[^/]+\/(?:test|bench)\//

/** A package of the workspace. */
export interface WorkspacePackage {
  /** `packages/format` */
  readonly folder: string
  /** `packages` */
  readonly group: string
  /** `format`: the folder's own name, which the import table uses. */
  readonly shortName: string
  readonly manifest: Readonly<Record<string, unknown>>
}

/** The repository as plain data, so that every rule is a pure function of it. */
export interface Repository {
  /** Text files by path, sorted. */
  readonly files: ReadonlyMap<string, string>
  readonly packages: readonly WorkspacePackage[]
  /** Stripped once per file. Only for source files. */
  readonly stripped: (path: string) => StrippedSource
}

/** Makes a repository out of paths and texts: for tests, and for {@link readRepository}. */
export function repositoryOf(files: Readonly<Record<string, string>>): Repository {
  const sorted = new Map(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const cache = new Map<string, StrippedSource>()
  return {
    files: sorted,
    packages: packagesIn(sorted),
    stripped: (file) => {
      const known = cache.get(file) ?? stripSource(sorted.get(file) ?? '')
      cache.set(file, known)
      return known
    },
  }
}

/** Reads the work tree under `root`. Files git ignores may be seen, except in the folders that tools make. */
export function readRepository(root: string): Repository {
  const files: Record<string, string> = {}
  const visit = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory() && !IGNORED_FOLDERS.has(entry.name)) visit(name)
      else if (entry.isFile() && TEXT_FILE.test(name))
        files[name] = readFileSync(path.join(root, name), 'utf8')
    }
  }
  visit('')
  return repositoryOf(files)
}

export function isSource(file: string): boolean {
  return SOURCE_FILE.test(file) && /^(?:packages|apps|tools|examples)\//.test(file)
}

export function isTest(file: string): boolean {
  return TEST_FILE.test(file)
}

/** Files in `src` itself are doors: `packages/format/src/testing.ts`. */
export function isDoor(file: string): boolean {
  return /^[^/]+\/[^/]+\/src\/[^/]+\.ts$/.test(file) && !isTest(file)
}

/** The package a file belongs to. */
export function packageOf(repository: Repository, file: string): WorkspacePackage | undefined {
  return repository.packages.find((candidate) => file.startsWith(`${candidate.folder}/`))
}

export function lineAt(text: string, index: number): number {
  let line = 1
  for (let i = text.indexOf('\n'); i !== -1 && i < index; i = text.indexOf('\n', i + 1)) line++
  return line
}

function packagesIn(files: ReadonlyMap<string, string>): WorkspacePackage[] {
  const packages: WorkspacePackage[] = []
  for (const [file, text] of files) {
    const match = /^(packages|apps|tools|examples)\/([^/]+)\/package\.json$/.exec(file)
    if (match === null) continue
    const [, group = '', shortName = ''] = match
    const manifest = JSON.parse(text) as Record<string, unknown>
    packages.push({ folder: `${group}/${shortName}`, group, shortName, manifest })
  }
  return packages
}
