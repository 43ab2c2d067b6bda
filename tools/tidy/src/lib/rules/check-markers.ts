import type { Finding } from '../finding.ts'
import { isSource, lineAt, type Repository } from '../repository.ts'

const MARKER = /\b(?:FIXME|TODO|XXX|HACK)\b/g
/** Words for work that is not done. They do not apply to tidy itself, which has to name them. */
const OWN = 'tools/tidy/'
const MACHINE_PATH = /(?<![\w.~-])\/(?:root|work|home\/[a-z]\w*|Users\/[A-Za-z]\w*)\/[\w.]/g

/** Unfinished work belongs in an issue, and no path of one machine belongs anywhere. */
export function checkMarkers(repository: Repository): Finding[] {
  const findings: Finding[] = []
  for (const [file, text] of repository.files) {
    if (file.startsWith(OWN) || file === 'pnpm-lock.yaml') continue
    const looked = isSource(file) ? repository.stripped(file).comments : text
    for (const match of looked.matchAll(MARKER)) {
      const message = `${match[0]}; do it now, or open an issue and say nothing here`
      findings.push({ path: `${file}:${lineAt(looked, match.index)}`, rule: 'marker', message })
    }
    for (const match of text.matchAll(MACHINE_PATH)) {
      const message = `${match[0]}… exists on one machine only; make the path relative, or use a temporary folder`
      findings.push({ path: `${file}:${lineAt(text, match.index)}`, rule: 'machine-path', message })
    }
  }
  return findings
}
