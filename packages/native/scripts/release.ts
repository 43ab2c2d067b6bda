// Publishes the prebuilt packages under npm/, and lets @ltx/native ask for them; `changeset publish` comes next, and then
// `node scripts/release.ts done`, which takes that back. With `dry` nothing is published.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from './compile.ts'
import { withoutPrebuilt, withPrebuilt } from './prebuilt-manifest.ts'

const mode = process.argv[2]
const manifestFile = path.join(ROOT, 'package.json')
const main = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, unknown>
if (mode === 'done') save(withoutPrebuilt(main))
else publish()

function publish(): void {
  const folder = path.join(ROOT, 'npm')
  const platforms = existsSync(folder) ? readdirSync(folder).toSorted() : []
  if (platforms.length === 0) throw new Error('there is nothing under npm/: node scripts/prebuilt.ts all')
  for (const platform of platforms) {
    const { version } = JSON.parse(readFileSync(path.join(folder, platform, 'package.json'), 'utf8')) as {
      version: string
    }
    if (version !== main['version'])
      throw new Error(`npm/${platform} is of version ${version}: make it again`)
    const name = `@ltx/native-${platform}`
    if (
      spawnSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8' }).stdout.trim() ===
      version
    ) {
      console.log(`native: ${name}@${version} is published already`)
      continue
    }
    const options = mode === 'dry' ? ['--dry-run'] : []
    const npm = spawnSync('npm', ['publish', ...options], {
      cwd: path.join(folder, platform),
      stdio: 'inherit',
    })
    if (npm.status !== 0) throw new Error(`${name} was not published`)
  }
  save(withPrebuilt(main, platforms))
}

function save(manifest: Readonly<Record<string, unknown>>): void {
  if (mode === 'dry') console.log(JSON.stringify(manifest['optionalDependencies']))
  else writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`)
}
