import type { Finding } from '../finding.ts'
import { measureFunctions } from '../measure-functions.ts'
import { isSource, type Repository } from '../repository.ts'

export const FILE_LINES_MAX = 300
export const FUNCTION_LINES_MAX = 70

/** Generated files are as long as they are. */
const GENERATED = /\.wasm\.ts$|\.d\.ts$/

/** Length of files and of functions. In tests, `describe` only groups and is not counted as a function. */
export function checkSizes(repository: Repository): Finding[] {
  const findings: Finding[] = []
  for (const [file, text] of repository.files) {
    if (!isSource(file) || GENERATED.test(file)) continue
    const lines = text.split('\n').length - 1
    if (lines > FILE_LINES_MAX) {
      findings.push({
        path: file,
        rule: 'size',
        message: `${lines} lines, at most ${FILE_LINES_MAX}; which two ideas are in here?`,
      })
    }
    for (const found of measureFunctions(repository.stripped(file).code)) {
      if (found.lines <= FUNCTION_LINES_MAX || /\bdescribe\(/.test(found.head)) continue
      const message = `a function of ${found.lines} lines, at most ${FUNCTION_LINES_MAX}; name its parts`
      findings.push({ path: `${file}:${found.line}`, rule: 'size', message })
    }
  }
  return findings
}
