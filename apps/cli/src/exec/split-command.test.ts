import assert from 'node:assert/strict'
import { test } from 'vitest'
import { splitCommand } from './split-command.ts'

const rows: readonly [line: string, words: string[], ignored?: string][] = [
  ['run', ['run']],
  ['  run   a\tb\n', ['run', 'a', 'b']],
  ["run 'a b'", ['run', 'a b']],
  ['run "a b"c', ['run', 'a bc']],
  ['run a"b c"d', ['run', 'ab cd']],
  ["run ''", ['run', '']],
  ['run "" x', ['run', '', 'x']],
  ['run a\\tb', ['run', 'atb']],
  ["run 'a\\tb'", ['run', 'a\\tb']],
  ['run "a\\tb"', ['run', 'atb']],
  ['run "a\\"b" c', ['run', 'a"b', 'c']],
  ['run a\\ b', ['run', 'a b']],
  ['run $HOME ${X}', ['run', '$HOME', '${X}']],
  ['run $(ls -l) y', ['run', '$(ls -l)', 'y']],
  ['run `ls -l` z', ['run', '`ls -l`', 'z']],
  ["sh -c 'a && b | c'", ['sh', '-c', 'a && b | c']],
  ['run a;b', ['run', 'a'], ';b'],
  ['run a && b', ['run', 'a'], '&& b'],
  ['run x 2>e', ['run', 'x'], '>e'],
  ['run x >e', ['run', 'x'], '>e'],
  ['run é', ['run', 'é']],
]
for (const [line, words, ignored = ''] of rows) {
  test(`splitCommand: ${JSON.stringify(line)} → ${JSON.stringify(words)}`, () => {
    assert.deepEqual(splitCommand(line), { words, ignored })
  })
}

for (const line of ["run 'open", 'run "open', 'run `open', 'run $(open', 'run (x)', 'run a)b', 'run a\\']) {
  test(`splitCommand: ${line} → an error`, () => {
    assert.throws(() => splitCommand(line), /^CommandError: cannot parse exec command: /)
  })
}

for (const line of ['', '   ', '; run', "'' x"]) {
  test(`splitCommand: ${JSON.stringify(line)} → empty`, () => {
    assert.throws(() => splitCommand(line), /the exec command is empty/)
  })
}
