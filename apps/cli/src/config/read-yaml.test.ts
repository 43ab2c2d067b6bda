import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isMap } from 'yaml'
import { ConfigError } from './errors.ts'
import { readYaml } from './read-yaml.ts'

for (const text of ['', '\n\n', '# only a comment\n', '---\n']) {
  test(`readYaml: ${JSON.stringify(text)} → nothing in it`, () => {
    const yaml = readYaml(text, 'x.yml')
    assert.ok(yaml === null || yaml.root === null || !isMap(yaml.root))
  })
}

test('readYaml: two documents → the first, whatever is in the second', () => {
  const yaml = readYaml('a: 1\n---\nb: [\n', 'x.yml')
  assert.ok(isMap(yaml?.root))
  assert.equal(yaml.root.get('a'), '1')
})

test('readYaml: the line of a node → counted from 1', () => {
  const yaml = readYaml('\n\na:\n  b: 1\n', 'x.yml')
  assert.equal(yaml?.lineOf(yaml.root), 3)
})

const broken: readonly [situation: string, text: string, line: number, told: RegExp][] = [
  ['a tab as indentation', 'a:\n\tb: 1\n', 2, /a tab is used/],
  ['an open bracket', 'a: 1\nb: [1, 2\nc: 3\n', 3, /a \[ or \{ is not closed/],
  ['an open quote', 'a: "x"\nb: "secret-value\nc: 1\nd: 2\n', 2, /begins here and does not end/],
  ['bad indentation', 'a:\n    b: 1\n  c: 2\n', 3, /indentation/],
  ['bad indentation in a list', 'a:\n  - b: 1\n   c: 2\n', 3, /indentation/],
  ['a key without a colon', 'a: 1\nsecret\n', 2, /a colon and a space are missing/],
  ['a key without a space behind its colon', 'a: 1\nb:2\n', 2, /a colon and a space are missing/],
  ['a list on the line of its key', 'a: - b\n', 1, /a list begins on the line after/],
  ['an alias without an anchor', 'a: *secret-value\n', 1, /has no anchor/],
  ['two values on a line', 'a: secret: value\n', 1, /on lines of their own/],
  ['lists in lists in lists', '['.repeat(100_000), 1, /nested too deep/],
]
for (const [situation, text, line, told] of broken) {
  test(`readYaml: ${situation} → an error with its line that quotes nothing`, () => {
    assert.throws(
      () => readYaml(text, '/etc/x.yml'),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError)
        assert.ok(error.message.startsWith(`yaml: /etc/x.yml:${line}: `), error.message)
        assert.ok(!error.message.includes('secret'), error.message)
        assert.match(error.message, told)
        return true
      },
    )
  })
}
