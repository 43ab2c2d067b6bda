// Makes the prebuilt packages under npm/: `node scripts/prebuilt.ts [PLATFORM …]`, of this machine without an argument, `all` for
// each. Other machines' need `rustup target add`, cargo-zigbuild and zig on the PATH.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { compile, ROOT, thisPlatform } from './compile.ts'
import { prebuiltManifest } from './prebuilt-manifest.ts'
import { TARGETS } from './targets.ts'

const given = process.argv.slice(2)
const own = thisPlatform()
const wanted = given.length === 0 ? [own] : given.includes('all') ? TARGETS.map((t) => t.platform) : given
const main = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>

for (const platform of wanted) {
  const target = TARGETS.find((candidate) => candidate.platform === platform)
  if (target === undefined) throw new Error(`${platform} is not one of scripts/targets.ts`)
  const folder = path.join(ROOT, 'npm', platform)
  mkdirSync(folder, { recursive: true })
  compile(path.join(folder, `ltx-native.${platform}.node`), platform === own ? null : target.rust)
  writeFileSync(
    path.join(folder, 'package.json'),
    `${JSON.stringify(prebuiltManifest(main, target), null, 2)}\n`,
  )
  writeFileSync(
    path.join(folder, 'README.md'),
    `# @ltx/native-${platform}\n\nThe compiled part of @ltx/native for ${platform}. Install that one.\n`,
  )
  for (const file of ['LICENSE', 'NOTICE'])
    copyFileSync(path.join(ROOT, '../..', file), path.join(folder, file))
  console.log(`native: npm/${platform}`)
}
