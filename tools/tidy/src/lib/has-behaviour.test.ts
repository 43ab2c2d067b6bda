import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hasBehaviour } from './has-behaviour.ts'

const rows: readonly [situation: string, code: string, has: boolean][] = [
  [
    'types',
    "import type { A } from './a.ts'\n\nexport type F = () => void\nexport interface G {\n  f: () => void\n}\n",
    false,
  ],
  ['re-exports', "export { a } from './a.ts'\nexport * from './b.ts'\n", false],
  ['constants', 'export const A = 1\nexport const B = new Set([A])\n', false],
  ['function', 'export const A = 1\nexport function f(): void {}\n', true],
  ['arrow', 'export const f = (): number => 1\n', true],
  ['class', 'export class A extends Error {}\n', true],
]

for (const [situation, code, has] of rows) {
  test(`hasBehaviour: ${situation} → ${has}`, () => assert.equal(hasBehaviour(code), has))
}
