import { spawnSync } from 'node:child_process'
import { copyFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { platformNames } from '../src/lib/platform-names.ts'

/** Of the package. */
export const ROOT: string = path.dirname(import.meta.dirname)

/** Why cargo cannot be used here; `null`: it can. */
export function cargoDefect(): string | null {
  // its exit status, not its presence: a rustup without a toolchain is on the PATH and only fails
  const probe = spawnSync('cargo', ['--version'], { encoding: 'utf8' })
  if (probe.status === 0) return null
  return probe.error?.message ?? probe.stderr.trim().split('\n')[0] ?? 'it fails'
}

/** Name of the build for this machine: `linux-x64-gnu`. */
export function thisPlatform(): string {
  const [first = '', musl] = platformNames(process.platform, process.arch)
  return musl === undefined || hasGlibc() ? first : musl
}

/**
 * Compiles the crate into `file`.
 *
 * @param rustTarget Of another machine: with cargo-zigbuild. `null`: for this one.
 */
export function compile(file: string, rustTarget: string | null): void {
  const folder = path.join(ROOT, 'target')
  const manifest = path.join(ROOT, 'crate/Cargo.toml')
  const verb = rustTarget === null ? ['build'] : ['zigbuild', '--target', rustTarget]
  const options = ['--release', '--locked', '--manifest-path', manifest, '--target-dir', folder]
  // musl's targets link its C library in, which a shared library cannot have
  const flags = rustTarget?.includes('musl') === true ? { RUSTFLAGS: '-C target-feature=-crt-static' } : {}
  const env = { ...process.env, ...flags }
  const cargo = spawnSync('cargo', [...verb, ...options], { stdio: 'inherit', env })
  if (cargo.status !== 0) throw new Error(`the crate does not build (cargo ${verb.join(' ')})`)
  const library = path.join(folder, rustTarget ?? '', 'release', libraryName(rustTarget ?? process.platform))
  // never written in place: programs that run have the old one mapped into their memory, and would die
  const temporary = `${file}.${process.pid}.tmp`
  copyFileSync(library, temporary)
  renameSync(temporary, file)
}

function hasGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return report.header?.glibcVersionRuntime !== undefined
}

function libraryName(system: string): string {
  if (/win32|windows/.test(system)) return 'ltx_native.dll'
  return /darwin/.test(system) ? 'libltx_native.dylib' : 'libltx_native.so'
}
