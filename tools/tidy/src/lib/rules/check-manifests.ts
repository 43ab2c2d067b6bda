import { THIRD_PARTY } from '../../allowed-imports.ts'
import type { Finding } from '../finding.ts'
import type { Repository, WorkspacePackage } from '../repository.ts'
import { recordOf } from './check-imports.ts'

const REPOSITORY_URL = 'git+https://github.com/ltx-js/ltx.git'
const FILES = ['src', '!src/**/*.test.ts', 'dist']

/** What a stranger reads on the registry, and what the package manager obeys. */
export function checkManifests(repository: Repository): Finding[] {
  return repository.packages.flatMap((found) => {
    const wrong =
      found.group === 'packages' || found.group === 'apps' ? published(repository, found) : internal(found)
    return wrong.map((message) => ({ path: `${found.folder}/package.json`, rule: 'manifest', message }))
  })
}

function published(repository: Repository, found: WorkspacePackage): string[] {
  const { folder, manifest, shortName } = found
  const wrong: string[] = []
  const expect = (key: string, actual: unknown, expected: unknown): void => {
    if (JSON.stringify(actual) !== JSON.stringify(expected))
      wrong.push(`"${key}" must be ${JSON.stringify(expected)}`)
  }
  expect('name', manifest['name'], `@ltx/${shortName}`)
  expect('license', manifest['license'], 'Apache-2.0')
  expect('repository', manifest['repository'], { type: 'git', url: REPOSITORY_URL, directory: folder })
  expect('type', manifest['type'], 'module')
  expect('sideEffects', manifest['sideEffects'], false)
  expect('engines', manifest['engines'], { node: '>=22.18' })
  expect('publishConfig.access', recordOf(manifest['publishConfig'])['access'], 'public')
  if (manifest['private'] !== undefined) wrong.push('"private" on a package that is published; drop it')
  if (!isSentence(manifest['description']))
    wrong.push('"description" is missing; one sentence for the registry')
  const files = Array.isArray(manifest['files']) ? (manifest['files'] as unknown[]) : []
  const missing = FILES.filter((entry) => !files.includes(entry))
  if (missing.length > 0) wrong.push(`"files" lacks ${missing.join(', ')}`)
  if ((repository.files.get(`${folder}/README.md`) ?? '').trim() === '') {
    wrong.push('no README.md; two sentences, one example per door, the error codes')
  }
  return [...wrong, ...dependencyFaults(found, repository.files.get('NOTICE') ?? '')]
}

/** Each manifest is pinned: nothing from outside but what the table names. */
function dependencyFaults({ manifest, shortName }: WorkspacePackage, notice: string): string[] {
  const wrong: string[] = []
  const isClient = shortName.startsWith('client-') && shortName !== 'client-core'
  const allowed = Object.keys(THIRD_PARTY[shortName] ?? {})
  for (const [name, range] of Object.entries(recordOf(manifest['dependencies']))) {
    if (name.startsWith('@ltx/')) {
      if (range !== 'workspace:^') wrong.push(`"${name}" must be "workspace:^"`)
    } else if (!isClient && !allowed.includes(name)) {
      wrong.push(
        `"${name}" is not in THIRD_PARTY of tools/tidy/src/allowed-imports.ts; do without it, or argue for it there`,
      )
    } else if (range !== 'catalog:') {
      wrong.push(`"${name}" must be "catalog:", with its version in pnpm-workspace.yaml`)
    } else if (!notice.includes(`${name}:`)) {
      wrong.push(`"${name}" is not in NOTICE; add "${name}: licence, copyright" there`)
    }
  }
  return wrong
}

function internal({ manifest }: WorkspacePackage): string[] {
  const wrong: string[] = []
  if (manifest['private'] !== true) wrong.push('"private" must be true: tools and examples are not published')
  if (manifest['license'] !== 'Apache-2.0') wrong.push('"license" must be "Apache-2.0"')
  if (manifest['type'] !== 'module') wrong.push('"type" must be "module"')
  if (!isSentence(manifest['description'])) wrong.push('"description" is missing; say what it is for')
  return wrong
}

function isSentence(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 10
}
