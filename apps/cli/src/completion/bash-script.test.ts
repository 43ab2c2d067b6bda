import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bashOffers } from '../../test/bash-completion.ts'
import { TOY_VERBS } from '../../test/toy-verbs.ts'
import { bashScript } from './bash-script.ts'

// A line as bash cuts it up, with / between the words; the last one is being typed. Run by the real bash.
const ALL = '-dry-run -hot -oven -heat -minutes'
const rows: readonly [situation: string, line: string, offered: string][] = [
  ['no verb yet', '', 'bake bend keep rest'],
  ['a beginning of a verb', 'be', 'bend'],
  ['a verb that is none', 'fry/', ''],
  ['a dash', 'bake/-', ALL],
  ['two dashes', 'bake/--h', '--hot --heat'],
  ['a beginning of a flag', 'bake/-h', '-hot -heat'],
  ['after a switch', 'bake/-hot/-d', '-dry-run'],
  ['after a switch with a value', 'bake/-hot/=/false/-m', '-minutes'],
  ['after a flag and its value', 'bake/-heat/low/-m', '-minutes'],
  ['after a flag and = and its value', 'bake/--heat/=/low/-m', '-minutes'],
  ['after a flag in one word', 'bake/-heat=low/-m', '-minutes'],
  ['after a value that looks like a flag', 'bake/-minutes/-hot/-m', '-minutes'],
  ['values that are known', 'bake/-heat/', 'low high'],
  ['a beginning of a value, two dashes', 'bake/--heat/h', 'high'],
  ['right after =', 'bake/-heat/=', 'low high'],
  ['a value after =', 'bake/-heat/=/lo', 'low'],
  ['a path as a value', 'bake/-hot/-oven/', '<paths>'],
  ['a path after =', 'bake/-oven/=/a', '<paths>'],
  ['a value that nobody knows', 'bake/-minutes/', ''],
  ['a path as an argument', 'bake/', '<paths>'],
  ['a path after flags', 'bake/-hot/-heat/low/a', '<paths>'],
  ['a dash after an argument: no flag any more', 'bake/a.db/-', '<paths>'],
  ['a dash after --', 'bake/--/-', '<paths>'],
  ['a lone dash is an argument', 'bake/-/-h', '<paths>'],
  ['a flag that is none', 'bake/-x/-m', '-minutes'],
  ['a pattern instead of a flag', 'bake/-*/-m', '-minutes'],
  ['words as arguments', 'bend/', 'left right'],
  ['a beginning of a word', 'bend/l', 'left'],
  ['after the word', 'bend/left/', ''],
  ['a dash where there are no flags', 'bend/-', ''],
  ['a verb below a verb', 'keep/c', 'cold'],
  ['its flags', 'keep/cold/-', '-where'],
  ['a value of its flag', 'keep/cold/-where/=/a', '<paths>'],
  ['a verb below that is none', 'keep/warm/-', ''],
  ['nothing to give: its flags', 'rest/', '-deep'],
  ['nothing to give, something typed', 'rest/x', ''],
]

test('bashScript: each point of a command line → what may come there', () => {
  const lines = rows.map(([, line]) => ['ltx', ...line.split('/')])
  const offered = bashOffers(bashScript(TOY_VERBS), lines)
  assert.deepEqual(
    rows.map(([situation, line], row) => [situation, line, offered[row]]),
    rows.map((row) => [...row]),
  )
  assert.equal(offered.length, rows.length)
})
