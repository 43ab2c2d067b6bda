import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A configuration file that somebody may copy, or that a test tries. */
export interface ExampleConfiguration {
  readonly name: string
  readonly text: string
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Every whole configuration in documents and among the examples. */
export function documentedConfigurations(): ExampleConfiguration[] {
  const documents = ['README.md', ...filesIn('docs', /\.md$/), ...filesIn('apps', /README\.md$/)]
  documents.push(...filesIn('packages', /README\.md$/))
  const fenced = documents.flatMap((name) =>
    [...textOf(name).matchAll(/^```yaml[^\n]*\n(.*?)^```$/gms)].map(([, text = '']) => ({ name, text })),
  )
  const files = filesIn('examples/deploy', /litestream\.yml$/).map((name) => ({ name, text: textOf(name) }))
  const inside = filesIn('examples/deploy/kubernetes', /\.yaml$/).flatMap((name) =>
    [...textOf(name).matchAll(/^ {2}litestream\.yml: \|\n((?: {4}.*\n|\n)+)/gm)].map(([, text = '']) => ({
      name,
      text: text.replaceAll(/^ {4}/gm, ''),
    })),
  )
  return [...fenced, ...files, ...inside].filter(({ text }) => /^dbs:/m.test(text))
}

/** Every configuration file of the golden cases, right and wrong ones. */
export function goldenConfigurations(): ExampleConfiguration[] {
  return filesIn('apps/cli/test/golden', /\.cmd$/).flatMap((name) =>
    [...textOf(name).matchAll(/^file (\S+\.yml)\n((?: {2}.*\n?|\n)*)/gm)].map(([, file = '', text = '']) => ({
      name: `${name.split('/').at(-1)}: ${file}`,
      text: text.replaceAll(/^ {2}/gm, ''),
    })),
  )
}

function filesIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name) && !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`)
    .toSorted()
}

function textOf(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8')
}
