import { CATALOGUE_COMMAND, CATALOGUE_PATH, errorCatalogue } from '../error-catalogue.ts'
import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'

/** Every code is explained, every explanation is of a code, and the catalogue is what sources and READMEs say. */
export function checkErrorCatalogue(repository: Repository): Finding[] {
  const { text, problems } = errorCatalogue(repository)
  const findings = problems.map((problem) => ({ ...problem, rule: 'error-codes' }))
  const known = repository.files.get(CATALOGUE_PATH)
  if (known !== undefined && known !== text) {
    const message = `is not what the sources say; run ${CATALOGUE_COMMAND}`
    findings.push({ path: CATALOGUE_PATH, rule: 'error-codes', message })
  }
  return findings
}
