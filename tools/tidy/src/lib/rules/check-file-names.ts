import type { Finding } from '../finding.ts'
import { isSource, isTest, type Repository } from '../repository.ts'

const FORBIDDEN = /^(?:utils?|helpers?|common|types?|misc|shared|stuff)$/
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/** A file is named after its one idea, in kebab-case, and there are no barrels below `src`. */
export function checkFileNames(repository: Repository): Finding[] {
  const findings: Finding[] = []
  for (const file of repository.files.keys()) {
    if (!isSource(file) || file.endsWith('/assembly/index.ts')) continue // AssemblyScript's entry has to be called so
    const name = file.split('/').at(-1) ?? ''
    const stem = name.split('.')[0] ?? ''
    const add = (message: string): number => findings.push({ path: file, rule: 'file-name', message })
    if (FORBIDDEN.test(stem)) add(`"${stem}" says nothing; name the file after what it does`)
    if (!KEBAB.test(stem)) add('not kebab-case; name it after its main export')
    if (stem === 'index' && !isTest(file) && !/^[^/]+\/[^/]+\/src\/index\.ts$/.test(file)) {
      add('a barrel below src; import the file that has the thing')
    }
  }
  return findings
}
