import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'vitest'
import { TOY_VERBS } from '../../test/toy-verbs.ts'
import { zshScript } from './zsh-script.ts'

test('zshScript: each kind of flag and argument → as _describe and _arguments want them', () => {
  const script = zshScript(TOY_VERBS)
  assert.match(script, /^#compdef ltx litestream\n/)
  const verbs = [
    String.raw`    'bake:a cake: the baker'\''s [own] \ best'`,
    "    'bend:a spoon'",
    "    'keep:store it'",
    "    'rest:do nothing'",
  ]
  assert.ok(script.includes(`  local -a verbs=(\n${verbs.join('\n')}\n  )\n`), script)
  const cases = [
    String.raw`    'bake') _arguments -S -A '-*' \
      '-oven=[which, as in ovens\[0\]]:oven:_files' \
      '-heat=[how: it'\''s one of $3]:heat:(low high)' \
      '-minutes=[how long]:minutes: ' \
      '-dry-run[only look]' \
      '-hot[at once]' \
      '*:path:_files' ;;`,
    String.raw`    'bend') _arguments -S -A '-*' \
      '1:word:(left right)' ;;`,
    String.raw`    'keep') _arguments -S -A '-*' \
      '1:word:(cold)' ;;`,
    String.raw`    'keep cold') _arguments -S -A '-*' \
      '-where=[which one]:where:_files' ;;`,
    String.raw`    'rest') _arguments -S -A '-*' \
      '-deep[well]' ;;`,
  ]
  assert.ok(script.includes(`  case $verb in\n${cases.join('\n')}\n  esac\n`), script)
})

const hasZsh = spawnSync('zsh', ['--version']).status === 0
test.skipIf(!hasZsh)('zshScript: in zsh itself → is read, and calls what zsh has for it', () => {
  const { stdout, stderr } = spawnSync('zsh', ['-f'], {
    encoding: 'utf8',
    input: `compdef() { echo "compdef $*" }
_describe() { echo "$1: \${(P)2}" }
_arguments() { echo "$words[*] $CURRENT: $#" }
${zshScript(TOY_VERBS)}
words=(ltx b) CURRENT=2; _ltx
words=(ltx bake -hot '') CURRENT=4; _ltx
words=(ltx keep cold -w) CURRENT=4; _ltx
words=(ltx keep c) CURRENT=3; _ltx
words=(ltx fry '') CURRENT=3; _ltx
`,
  })
  assert.equal(stderr, '')
  assert.deepEqual(stdout.split('\n'), [
    'compdef _ltx ltx litestream',
    String.raw`verb: bake:a cake: the baker's [own] \ best bend:a spoon keep:store it rest:do nothing`,
    'bake -hot  3: 9',
    'cold -w 2: 4',
    'keep c 2: 4',
    '',
  ])
})
