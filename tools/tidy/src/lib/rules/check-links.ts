import path from 'node:path'
import type { Finding } from '../finding.ts'
import { lineAt, type Repository } from '../repository.ts'

const FENCED = /^(```+)[^\n]*\n.*?^\1\s*$/gms
const LINK = /\]\(([^()\s]+)\)/g

/** Every relative link of a document leads to a file or folder, and to a heading where it names one. */
export function checkLinks(repository: Repository): Finding[] {
  const folders = new Set<string>()
  for (const file of repository.files.keys()) {
    for (let at = path.posix.dirname(file); at !== '.'; at = path.posix.dirname(at)) folders.add(at)
  }
  const findings: Finding[] = []
  for (const [file, text] of repository.files) {
    if (!file.endsWith('.md')) continue
    const prose = withoutCode(text)
    for (const match of prose.matchAll(LINK)) {
      const [, link = ''] = match
      if (/^[a-z][a-z+.-]*:/i.test(link)) continue
      const problem = linkProblem(repository, { file, link, folders })
      if (problem === null) continue
      findings.push({ path: `${file}:${lineAt(prose, match.index)}`, rule: 'link', message: problem })
    }
  }
  return findings
}

function linkProblem(
  repository: Repository,
  { file, link, folders }: { file: string; link: string; folders: ReadonlySet<string> },
): string | null {
  const [target = '', heading] = link.split('#')
  const found = target === '' ? file : path.posix.join(path.posix.dirname(file), target).replace(/\/$/, '')
  const text = repository.files.get(found)
  if (text === undefined) return folders.has(found) ? null : `${link}: there is no ${found}`
  if (heading === undefined || headingsOf(text).has(heading)) return null
  return `${link}: ${found} has no heading of that name`
}

/** Headings as the usual readers of Markdown name them. */
function headingsOf(markdown: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [, title = ''] of withoutCode(markdown).matchAll(/^#+ (.+)$/gm)) {
    names.add(
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    )
  }
  return names
}

/** Blanks what is in fences; lines stay where they are. */
function withoutCode(markdown: string): string {
  return markdown.replaceAll(FENCED, (block) => block.replaceAll(/[^\n]/g, ' '))
}
