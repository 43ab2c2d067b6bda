import { lineAt, type Repository } from './repository.ts'

/** One module that a source file names. */
export interface ImportEdge {
  readonly specifier: string
  readonly line: number
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`. A statement never holds a quote before its source. */
const IMPORT = /(?:^|[^\w$.])(?:(?:import|export)\b[^'"`;]*?\bfrom\s*|import\s*\(?\s*)(['"])([^'"\n]+)\1/g

/** Every import and re-export of a file, types included. Looks at code only, so examples in comments do not count. */
export function importsOf(repository: Repository, file: string): ImportEdge[] {
  const { withoutComments, code } = repository.stripped(file)
  const edges: ImportEdge[] = []
  for (const match of withoutComments.matchAll(IMPORT)) {
    const specifier = match[2] ?? ''
    const quote = match.index + match[0].length - specifier.length - 2
    if (code.charAt(quote) === ' ') continue // the whole statement is inside a string
    edges.push({ specifier, line: lineAt(withoutComments, quote) })
  }
  return edges
}

/** `@ltx/format/testing` → `@ltx/format`, `yaml` → `yaml`. */
export function packageNameOf(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
}

/** Where a relative specifier of `file` points, as a repository path. */
export function resolveRelative(file: string, specifier: string): string {
  const parts = file.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
