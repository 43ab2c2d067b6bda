import { ALLOWED, REAL_WORLD_DOORS, TEST_DOORS, TEST_PACKAGES, THIRD_PARTY } from '../../allowed-imports.ts'
import type { Finding } from '../finding.ts'
import { importsOf, packageNameOf, resolveRelative, type ImportEdge } from '../imports-of.ts'
import { matchesPattern } from '../matches-pattern.ts'
import { isSource, isTest, packageOf, type Repository, type WorkspacePackage } from '../repository.ts'

const SCOPE = '@ltx/'

/** The import table: who may import whom, where a third party may be named, and that each import is declared. */
export function checkImports(repository: Repository): Finding[] {
  const findings: Finding[] = []
  for (const file of repository.files.keys()) {
    const from = packageOf(repository, file)
    if (from === undefined || !isSource(file) || isBuildFile(file)) continue
    for (const edge of importsOf(repository, file)) {
      for (const message of faultsOf(repository, file, from, edge)) {
        findings.push({ path: `${file}:${edge.line}`, rule: 'imports', message })
      }
    }
  }
  return findings
}

/** Configuration and build scripts run at the root's expense; AssemblyScript has no packages. */
function isBuildFile(file: string): boolean {
  return file.endsWith('.config.ts') || /^[^/]+\/[^/]+\/(?:scripts|assembly)\//.test(file)
}

function faultsOf(repository: Repository, file: string, from: WorkspacePackage, edge: ImportEdge): string[] {
  const { specifier } = edge
  if (specifier.startsWith('.')) return relativeFaults(repository, file, from, specifier)
  if (specifier.startsWith('node:')) return []
  if (specifier.startsWith(SCOPE)) return workspaceFaults(repository, file, from, specifier)
  return thirdPartyFaults(file, from, specifier)
}

function relativeFaults(
  repository: Repository,
  file: string,
  from: WorkspacePackage,
  specifier: string,
): string[] {
  const target = resolveRelative(file, specifier)
  if (!target.startsWith(`${from.folder}/`))
    return [`${specifier} leaves the package; import ${SCOPE}… by its name`]
  if (target.startsWith(`${from.folder}/dist/`)) return [] // what a packed command starts
  return repository.files.has(target)
    ? []
    : [`${specifier} is not a file; write the extension, and check the name`]
}

function workspaceFaults(
  repository: Repository,
  file: string,
  from: WorkspacePackage,
  specifier: string,
): string[] {
  const name = packageNameOf(specifier)
  const target = repository.packages.find((candidate) => candidate.manifest['name'] === name)
  if (target === undefined) return [`${name} is not a package of this workspace`]
  const door = specifier.slice(name.length + 1)
  const faults: string[] = []
  if (!mayImport(file, from, target, door)) {
    faults.push(
      `${from.shortName} may not import ${specifier}; the table is tools/tidy/src/allowed-imports.ts`,
    )
  }
  if (!Object.hasOwn(recordOf(target.manifest['exports']), door === '' ? '.' : `./${door}`)) {
    faults.push(`${specifier} is not a door; the doors are the "exports" of ${target.folder}/package.json`)
  }
  const worldly = REAL_WORLD_DOORS[specifier]
  if (
    worldly !== undefined &&
    !mayBeWorldly(file, from) &&
    !worldly.some((allowed) => matchesPattern(file, allowed))
  ) {
    faults.push(`${specifier} is the real world; take an Env as an argument instead`)
  }
  return [...faults, ...undeclared(file, from, name)]
}

function mayImport(file: string, from: WorkspacePackage, target: WorkspacePackage, door: string): boolean {
  if (target === from) return true
  const allowed = allowedFor(from)
  if (allowed.includes('*') || allowed.includes(target.shortName)) return true
  return isTest(file) && (TEST_DOORS.includes(door) || TEST_PACKAGES.includes(target.shortName))
}

function allowedFor(from: WorkspacePackage): readonly string[] {
  const exact = ALLOWED[from.shortName]
  if (exact !== undefined && (from.group === 'packages' || from.group === 'apps')) return exact
  const name = from.group === 'packages' ? from.shortName : from.folder
  return Object.entries(ALLOWED).find(([pattern]) => matchesPattern(name, pattern))?.[1] ?? []
}

function mayBeWorldly(file: string, from: WorkspacePackage): boolean {
  return from.group !== 'packages' || isTest(file)
}

function thirdPartyFaults(file: string, from: WorkspacePackage, specifier: string): string[] {
  const name = packageNameOf(specifier)
  if (from.group !== 'packages' && from.group !== 'apps') return undeclared(file, from, name)
  if (isTest(file)) return name === 'vitest' ? [] : undeclared(file, from, name)
  const places = THIRD_PARTY[from.shortName]?.[name] ?? sdkPlaces(from)
  if (places.some((place) => matchesPattern(file, place))) return undeclared(file, from, name)
  const advice =
    places.length === 0 ? 'this package depends on nothing outside' : `only ${places.join(', ')} may`
  return [`third-party import ${specifier}: ${advice}`]
}

/** A client's vendor SDK is named in one file. */
function sdkPlaces(from: WorkspacePackage): readonly string[] {
  const isClient = from.shortName.startsWith('client-') && from.shortName !== 'client-core'
  return isClient ? [`${from.folder}/src/lib/connect.ts`] : []
}

function undeclared(file: string, from: WorkspacePackage, name: string): string[] {
  if (name === from.manifest['name'] || name === 'vitest') return []
  const { manifest } = from
  const runtime = ['dependencies', 'peerDependencies', 'optionalDependencies'].some((key) =>
    Object.hasOwn(recordOf(manifest[key]), name),
  )
  if (runtime) return []
  const development = Object.hasOwn(recordOf(manifest['devDependencies']), name)
  const needsRuntime = !isTest(file) && (from.group === 'packages' || from.group === 'apps')
  if (development && !needsRuntime) return []
  const list = needsRuntime ? 'dependencies' : 'devDependencies'
  return [`${name} is not in the "${list}" of ${from.folder}/package.json; add it there`]
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
