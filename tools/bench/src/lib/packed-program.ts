import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runMeasured } from './measured-child.ts'
import { ROOT, type Program } from './program-under-test.ts'

/** As the README calls it. */
const PNPM = ['npx', '-y', 'pnpm@12.21.0'] as const

/** Builds and packs every package, installs the command from the tarballs in a plain project under `folder`. */
export async function packedProgram(folder: string): Promise<Program> {
  const project = path.join(folder, 'packed')
  const tarballs = path.join(project, 'tarballs')
  mkdirSync(tarballs, { recursive: true })
  await runMeasured([...PNPM, 'run', 'build'], { cwd: ROOT })
  const filters = ['--filter', './packages/*', '--filter', './apps/*']
  await runMeasured([...PNPM, '-r', ...filters, 'pack', '--pack-destination', tarballs], { cwd: ROOT })
  const dependencies = Object.fromEntries(
    readdirSync(tarballs).map((name) => [packageName(name), `file:tarballs/${name}`]),
  )
  writeFileSync(
    path.join(project, 'package.json'),
    JSON.stringify({ name: 'packed', private: true, dependencies }),
  )
  await runMeasured(['npm', 'install', '--no-audit', '--no-fund'], { cwd: project })
  copyAddons(path.join(project, 'node_modules/@ltx/native'))
  const command = path.join(project, 'node_modules/@ltx/cli/bin/ltx.js')
  return {
    side: 'ours',
    argv: [process.execPath, command],
    kind: `packed, ${await kernelsOf(project)} kernels`,
  }
}

/** What `pnpm build:native` has left, if it ran: a user has it from the prebuilt package of his platform. */
function copyAddons(folder: string): void {
  const native = path.join(ROOT, 'packages/native')
  for (const name of readdirSync(native).filter((each) => each.endsWith('.node'))) {
    copyFileSync(path.join(native, name), path.join(folder, name))
  }
}

/** `native` or `wasm`: which the command takes there, with `LTX_KERNELS` as it is. */
async function kernelsOf(project: string): Promise<string> {
  const program = "process.stdout.write((await import('@ltx/kernels')).createKernels().implementation)"
  const { stdout } = await runMeasured([process.execPath, '--input-type=module', '-e', program], {
    cwd: project,
  })
  return stdout
}

/** `ltx-client-core-0.1.0.tgz` is `@ltx/client-core`. */
export function packageName(tarball: string): string {
  const match = /^(?<scope>[^-]+)-(?<name>.+)-\d+\.\d+\.\d+.*\.tgz$/.exec(tarball)
  if (match?.groups === undefined) throw new RangeError(`not a packed package: ${tarball}`)
  return `@${match.groups['scope']}/${match.groups['name']}`
}
