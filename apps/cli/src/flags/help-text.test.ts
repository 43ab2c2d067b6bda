import assert from 'node:assert/strict'
import { test } from 'vitest'
import { durationFlag, integerFlag, switchFlag, textFlag } from './flag.ts'
import { verbHelpText } from './help-text.ts'

test('verbHelpText: flags of each kind → aligned, with their defaults', () => {
  const text = verbHelpText('ltx', {
    verb: 'try',
    summary: 'try things',
    forms: ['[flags] PATH'],
    about: 'About it.',
    durations: ['every'],
    flags: {
      o: textFlag('PATH', 'where to'),
      mode: textFlag('MODE', 'none or full', 'none'),
      n: integerFlag('N', 'how many', 8),
      every: durationFlag('D', 'how often', 1000),
      'a-rather-long-name-of-a-flag': switchFlag('first line\nsecond line'),
    },
  })
  assert.equal(
    text,
    `ltx try: try things

Usage:
  ltx try [flags] PATH

About it.

Flags:
  -o PATH                   where to
  -mode MODE                none or full (default none)
  -n N                      how many (default 8)
  -every D                  how often (default 1s)
  -a-rather-long-name-of-a-flag
                            first line
                            second line
`,
  )
})

test('verbHelpText: examples → whole command lines at the end', () => {
  const help = { verb: 'try', summary: 'try things', forms: ['PATH'], about: 'About it.', flags: {} }
  assert.match(
    verbHelpText('ltx', { ...help, examples: ['app.db'] }),
    /About it\.\n\nExample:\n {2}ltx try app\.db\n$/,
  )
  assert.match(
    verbHelpText('ltx', { ...help, examples: ['', '-n 1'] }),
    /\nExamples:\n {2}ltx try\n {2}ltx try -n 1\n$/,
  )
})
