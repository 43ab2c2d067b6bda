import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'vitest'
import { TOY_VERBS } from '../../test/toy-verbs.ts'
import { fishScript } from './fish-script.ts'

test('fishScript: each kind of flag and argument → a line that says so', () => {
  const lines = fishScript(TOY_VERBS)
    .split('\n')
    .filter((line) => line.startsWith('    complete -c $program -'))
    .map((line) => line.slice('    complete -c $program -'.length))
  assert.deepEqual(lines, [
    'f',
    String.raw`n __ltx_no_verb -a bake -d 'a cake: the baker\'s [own] \\ best'`,
    "n '__ltx_verb bake' -F",
    "n '__ltx_verb bake' -o oven -r -F -d 'which, as in ovens[0]'",
    String.raw`n '__ltx_verb bake' -o heat -r -f -a 'low high' -d 'how: it\'s one of $3'`,
    "n '__ltx_verb bake' -o minutes -x -d 'how long'",
    "n '__ltx_verb bake' -o dry-run -d 'only look'",
    "n '__ltx_verb bake' -o hot -d 'at once'",
    "n __ltx_no_verb -a bend -d 'a spoon'",
    "n '__ltx_first bend' -f -a 'left right'",
    "n __ltx_no_verb -a keep -d 'store it'",
    "n '__ltx_first keep' -f -a 'cold'",
    "n '__ltx_verb keep cold' -o where -r -F -d 'which one'",
    "n __ltx_no_verb -a rest -d 'do nothing'",
    "n '__ltx_verb rest' -o deep -d 'well'",
  ])
})

/** What fish itself has for a command line. */
function offers(line: string): string[] {
  const script = `${fishScript(TOY_VERBS)}complete -C '${line}'`
  const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' })
  assert.equal(stderr, '')
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((each) => each.split('\t')[0] ?? '')
    .toSorted()
}

const hasFish = spawnSync('fish', ['--version']).status === 0
test.skipIf(!hasFish)('fishScript: in fish itself → offers what may come', () => {
  assert.deepEqual(offers('ltx '), ['bake', 'bend', 'keep', 'rest'])
  assert.deepEqual(offers('litestream be'), ['bend'])
  assert.deepEqual(offers('ltx bake -h'), ['-heat', '-hot'])
  assert.deepEqual(offers('ltx bake -heat '), ['high', 'low'])
  assert.deepEqual(offers('ltx bake -minutes '), [])
  assert.deepEqual(offers('ltx bend l'), ['left'])
  assert.deepEqual(offers('ltx bend left '), [])
  assert.deepEqual(offers('ltx keep '), ['cold'])
  assert.deepEqual(offers('ltx keep cold -'), ['-where'])
  assert.deepEqual(offers('ltx rest '), [])
})
