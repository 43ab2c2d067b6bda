import assert from 'node:assert/strict'
import { test } from 'vitest'
import { VERBS } from '../src/program/verbs.ts'
import { bashOffers } from './bash-completion.ts'
import { startInProcess } from './in-process.ts'

async function printed(...words: readonly string[]): Promise<string> {
  const running = startInProcess(words, '/')
  assert.equal(await running.exitCode, 0, running.output.stderr)
  return running.output.stdout
}

test('completion bash: every verb of the help, in bash → offered with every flag of its own help', async () => {
  const script = await printed('completion', 'bash')
  const shown = Object.keys(VERBS).filter((name) => VERBS[name]?.deprecatedFor === undefined)
  const lines = shown.map((name) => ['litestream', name, '-'])
  const [verbs, ...flags] = bashOffers(script, [['ltx', ''], ...lines])
  assert.deepEqual(verbs?.split(' '), [...shown, 'help'])
  for (const [at, name] of shown.entries()) {
    const help = await printed(name, '-h')
    const expected = [...help.matchAll(/^ {2}(-\S+)/gm)].map((match) => match[1] ?? '').toSorted()
    assert.deepEqual(flags[at]?.split(' ').filter(Boolean).toSorted(), expected, name)
  }
})

test('completion bash: flags and arguments of ours → values where they are known, paths where they are paths', async () => {
  const rows: readonly (readonly [line: string, offered: string])[] = [
    ['replicate -log-level ', 'trace debug info warn error'],
    ['replicate -config ', '<paths>'],
    ['replicate -exec ', ''],
    ['restore -integrity-check = f', 'full'],
    ['restore -txid ', ''],
    ['restore -o ', '<paths>'],
    ['ltx -level a', 'all'],
    ['sync -wait -socket ', '<paths>'],
    ['sync -wait ', '<paths>'],
    ['completion ', 'bash zsh fish'],
    ['config ', 'check schema'],
    ['config check -s', '-strict'],
    ['help ver', 'verify version'],
    ['list ', '-json -socket -timeout'],
  ]
  const lines = rows.map(([line]) => ['ltx', ...line.split(' ')])
  const offered = bashOffers(await printed('completion', 'bash'), lines)
  assert.deepEqual(
    rows.map(([line], row) => [line, offered[row]]),
    rows.map((row) => [...row]),
  )
})

test('completion zsh, fish: every verb → in the script', async () => {
  const [zsh, fish] = [await printed('completion', 'zsh'), await printed('completion', 'fish')]
  for (const [name, { summary, deprecatedFor }] of Object.entries(VERBS)) {
    const isShown = deprecatedFor === undefined
    assert.equal(zsh.includes(`'${name}:${summary}'`), isShown, name)
    assert.equal(fish.includes(` -a ${name} -d '${summary}'`), isShown, name)
  }
})
