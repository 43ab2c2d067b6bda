// Compiles the addon for this machine into ltx-native.<platform>.node beside package.json. Without a usable cargo it says so and ends
// well, because the addon is optional; with NATIVE=1 it fails.
import { spawnSync } from 'node:child_process'
import { copyFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { platformNames } from '../src/lib/platform-names.ts'

const root = path.dirname(import.meta.dirname)

// its exit status, not its presence: a rustup without a toolchain is on the PATH and only fails
const probe = spawnSync('cargo', ['--version'], { encoding: 'utf8' })
if (probe.status === 0) build()
else {
  const because = probe.error?.message ?? probe.stderr.trim().split('\n')[0]
  console.log(`native: skipped, cargo is not usable (${because})`)
  if (process.env['NATIVE'] === '1') process.exitCode = 1
}

function build(): void {
  const target = path.join(root, 'target')
  const manifest = path.join(root, 'crate/Cargo.toml')
  const options = ['--release', '--locked', '--manifest-path', manifest, '--target-dir', target]
  const cargo = spawnSync('cargo', ['build', ...options], { stdio: 'inherit' })
  if (cargo.status !== 0) {
    console.log('native: the crate does not build')
    process.exitCode = 1
    return
  }
  const [glibc, musl] = platformNames(process.platform, process.arch)
  const file = `ltx-native.${musl === undefined || hasGlibc() ? glibc : musl}.node`
  // never written in place: programs that run have the old one mapped into their memory, and would die
  const temporary = path.join(root, `${file}.${process.pid}.tmp`)
  copyFileSync(path.join(target, 'release', libraryName()), temporary)
  renameSync(temporary, path.join(root, file))
  console.log(`native: ${file}`)
}

function hasGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return report.header?.glibcVersionRuntime !== undefined
}

function libraryName(): string {
  if (process.platform === 'win32') return 'ltx_native.dll'
  return process.platform === 'darwin' ? 'libltx_native.dylib' : 'libltx_native.so'
}
