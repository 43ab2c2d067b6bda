import { tableRows } from './markdown-table.ts'
import { isTest, type Repository } from './repository.ts'

/** Where the catalogue of error codes is, and the command that writes it. */
export const CATALOGUE_PATH = 'docs/errors.md'
export const CATALOGUE_COMMAND = 'node tools/tidy/src/write-errors.ts'

/** Headings under which READMEs tell the cause. */
const CAUSES = ['what happened', 'what it means', 'what is wrong', 'usual cause', 'here'] as const
const UNION = /export type \w+ErrorCode\s*=\s*((?:\|?\s*'[A-Z_]+'\s*)+)/g

const INTRODUCTION = `# Errors

Written by \`${CATALOGUE_COMMAND}\` from the codes in the sources and the tables in the READMEs: change those.

Every error of the libraries has a \`code\`, which is part of the interface: it stays when the wording changes. The command prints it within its message. \`advice\` on errors of storages and of replication says whether the same call may succeed later (\`retry\`); the command tries those again by itself.
`

interface Explanation {
  readonly cause: string
  readonly remedy: string
}

export interface ErrorCatalogue {
  readonly text: string
  /** Codes without an explanation, explanations without a code. */
  readonly problems: readonly { readonly path: string; readonly message: string }[]
}

/** Every code of every package with cause and remedy, as Markdown. */
export function errorCatalogue(repository: Repository): ErrorCatalogue {
  const sections: string[] = [INTRODUCTION]
  const problems: { path: string; message: string }[] = []
  const unions = codesByPackage(repository)
  const known = new Set([...unions.values()].flat())
  for (const { folder, manifest } of repository.packages) {
    const readme = `${folder}/README.md`
    const explained = explanationsIn(repository.files.get(readme) ?? '')
    for (const code of explained.keys()) {
      if (!known.has(code)) problems.push({ path: readme, message: `${code} is no code of any package` })
    }
    const codes = unions.get(folder)
    if (codes === undefined) continue
    sections.push(`## \`${codes[0]?.split('_')[0]}_…\` of [${String(manifest['name'])}](../${folder})\n`)
    for (const code of codes) {
      const explanation = explained.get(code)
      if (explanation === undefined) {
        problems.push({ path: readme, message: `${code} has no row with cause and what to do` })
      } else {
        sections.push(codeText(code, explanation, storagesOf(repository, folder, code)))
      }
    }
  }
  sections.push(messagesOfCommand(repository))
  return { text: `${sections.join('\n').trimEnd()}\n`, problems }
}

function codesByPackage(repository: Repository): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const file of repository.files.keys()) {
    const folder = /^(?:packages|apps)\/[^/]+(?=\/src\/.*\.ts$)/.exec(file)?.[0]
    if (folder === undefined || isTest(file)) continue
    for (const [, union = ''] of repository.stripped(file).withoutComments.matchAll(UNION)) {
      const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code)
      found.set(folder, [...(found.get(folder) ?? []), ...codes])
    }
  }
  return found
}

function explanationsIn(readme: string): Map<string, Explanation> {
  const found = new Map<string, Explanation>()
  for (const row of tableRows(readme, 'code')) {
    const code = /^`([A-Z]+_[A-Z_]+)`$/.exec(row.get('code') ?? '')?.[1]
    const cause = CAUSES.map((heading) => row.get(heading) ?? '').find((text) => text !== '')
    const remedy = row.get('what to do') ?? ''
    if (code !== undefined && cause !== undefined && remedy !== '') found.set(code, { cause, remedy })
  }
  return found
}

/** What the same code means with each storage: clients explain the codes of client-core in their own READMEs. */
function storagesOf(repository: Repository, owner: string, code: string): [string, Explanation][] {
  return repository.packages
    .filter(({ folder }) => folder !== owner && folder.startsWith('packages/client-'))
    .flatMap(({ folder, shortName }) => {
      const explanation = explanationsIn(repository.files.get(`${folder}/README.md`) ?? '').get(code)
      return explanation === undefined ? [] : [[shortName.replace('client-', ''), explanation]]
    })
}

function codeText(code: string, own: Explanation, storages: readonly [string, Explanation][]): string {
  const lines = [`### ${code}`, '', `Cause: ${own.cause}.`, '', `What to do: ${own.remedy}.`, '']
  const byText = new Map<string, string[]>()
  for (const [storage, { cause, remedy }] of storages) {
    const text = `${cause}. ${upper(remedy)}.`
    byText.set(text, [...(byText.get(text) ?? []), storage])
  }
  for (const [text, names] of byText) lines.push(`- ${names.join(', ')}: ${text}`)
  if (byText.size > 0) lines.push('')
  return lines.join('\n')
}

function messagesOfCommand(repository: Repository): string {
  const rows = tableRows(repository.files.get('apps/cli/README.md') ?? '', 'error')
  const lines = ['## Messages of the command', '']
  for (const row of rows) lines.push(`- ${row.get('error') ?? ''}: ${row.get('what to do') ?? ''}.`)
  return lines.join('\n')
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
