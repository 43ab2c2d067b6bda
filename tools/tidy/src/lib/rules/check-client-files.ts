import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'

/** Whoever knows one client finds his way in every other. */
const SAME_EVERYWHERE = ['client', 'connect', 'errors', 'list', 'options', 'read', 'write'] as const

/** Every storage's client has the same files, besides those of its own. */
export function checkClientFiles(repository: Repository): Finding[] {
  const packages = new Set<string>()
  for (const file of repository.files.keys()) {
    const name = /^(packages\/client-[^/]+)\/src\//.exec(file)?.[1]
    if (name !== undefined && name !== 'packages/client-core') packages.add(name)
  }
  return [...packages].flatMap((name) =>
    SAME_EVERYWHERE.map((stem) => `${name}/src/lib/${stem}.ts`)
      .filter((path) => !repository.files.has(path))
      .map((path) => ({ path, rule: 'client-files', message: 'every client has a file of this name' })),
  )
}
