import type { CompletedVerb } from '../src/completion/completed-verb.ts'

/** Verbs with each kind of flag and argument; the summaries have what shells find special. */
export const TOY_VERBS: readonly CompletedVerb[] = [
  {
    name: 'bake',
    summary: "a cake: the baker's [own] \\ best",
    takes: 'path',
    flags: [
      { name: 'oven', summary: 'which, as in ovens[0]', takes: 'path' },
      { name: 'heat', summary: "how: it's one of $3", takes: ['low', 'high'] },
      { name: 'minutes', summary: 'how long', takes: 'text' },
      { name: 'dry-run', summary: 'only look', takes: 'nothing' },
      { name: 'hot', summary: 'at once', takes: 'nothing' },
    ],
  },
  { name: 'bend', summary: 'a spoon', takes: ['left', 'right'], flags: [] },
  { name: 'keep', summary: 'store it', takes: ['cold'], flags: [] },
  {
    name: 'keep cold',
    summary: 'in the fridge',
    takes: 'nothing',
    flags: [{ name: 'where', summary: 'which one', takes: 'path' }],
  },
  {
    name: 'rest',
    summary: 'do nothing',
    takes: 'nothing',
    flags: [{ name: 'deep', summary: 'well', takes: 'nothing' }],
  },
]
