import type { Finding } from '../finding.ts'
import { isDoor, type Repository, type WorkspacePackage } from '../repository.ts'
import { recordOf } from './check-imports.ts'

const MANIFEST_DOOR = './package.json'

/** `ls src` is the public API: `exports`, `publishConfig.exports` and `src/*.ts` name the same doors. */
export function checkDoors(repository: Repository): Finding[] {
  return repository.packages.flatMap((found) => {
    if (found.group === 'packages') return packageFindings(repository, found)
    return found.group === 'apps' ? binFindings(repository, found) : []
  })
}

function packageFindings(repository: Repository, { folder, manifest }: WorkspacePackage): Finding[] {
  const findings: Finding[] = []
  const add = (message: string): number =>
    findings.push({ path: `${folder}/package.json`, rule: 'doors', message })
  const exported = recordOf(manifest['exports'])
  const published = recordOf(recordOf(manifest['publishConfig'])['exports'])
  for (const [key, target] of Object.entries(exported)) {
    if (key === MANIFEST_DOOR) continue
    const source = `./src/${stemOf(key)}.ts`
    if (target !== source) add(`"exports" ${key} is ${JSON.stringify(target)}, not "${source}"`)
    if (!repository.files.has(`${folder}/${source.slice(2)}`))
      add(`"exports" ${key} has no ${source}; write it or drop the key`)
    const expected = { types: `./dist/${stemOf(key)}.d.ts`, default: `./dist/${stemOf(key)}.js` }
    if (JSON.stringify(published[key]) !== JSON.stringify(expected)) {
      add(`"publishConfig.exports" ${key} must be ${JSON.stringify(expected)}`)
    }
  }
  for (const key of Object.keys(published)) {
    if (!Object.hasOwn(exported, key)) add(`"publishConfig.exports" has ${key}, "exports" has not`)
  }
  for (const [name, record] of [
    ['exports', exported] as const,
    ['publishConfig.exports', published] as const,
  ]) {
    if (record[MANIFEST_DOOR] !== MANIFEST_DOOR) add(`"${name}" must have "${MANIFEST_DOOR}"`)
  }
  for (const file of repository.files.keys()) {
    if (!file.startsWith(`${folder}/src/`) || !isDoor(file)) continue
    const stem = file.slice(`${folder}/src/`.length, -'.ts'.length)
    const key = stem === 'index' ? '.' : `./${stem}`
    if (!Object.hasOwn(exported, key))
      add(`src/${stem}.ts is a door without a key; add "${key}" to "exports" or move it to src/lib`)
  }
  return findings
}

function stemOf(key: string): string {
  return key === '.' ? 'index' : key.slice(2)
}

function binFindings(repository: Repository, { folder, manifest }: WorkspacePackage): Finding[] {
  return Object.entries(recordOf(manifest['bin'])).flatMap(([name, target]) => {
    const file = typeof target === 'string' ? target.replace(/^\.\//, '') : ''
    if (repository.files.has(`${folder}/${file}`)) return []
    return [
      {
        path: `${folder}/package.json`,
        rule: 'doors',
        message: `"bin" ${name} points to ${file}, which is not there`,
      },
    ]
  })
}
