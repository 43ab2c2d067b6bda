import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readScalar } from './scalars.ts'
import type { ScalarKind, ScalarValue } from './schema.ts'

type Row = readonly [kind: ScalarKind, text: string, plain: boolean, expected: ScalarValue]

const rows: readonly Row[] = [
  ['string', '12345', true, '12345'],
  ['string', 'yes', true, 'yes'],
  ['string', '0x1F', true, '0x1F'],
  ['string', '2026-01-02', true, '2026-01-02'],
  ['string', '~', true, 'null'],
  ['string', '~', false, '~'],
  ['string', '', true, 'null'],
  ['string', '', false, ''],
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((text): Row => [
    'boolean',
    text,
    true,
    true,
  ]),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((text): Row => [
    'boolean',
    text,
    true,
    false,
  ]),
  ['boolean', 'yEs', true, 'bad'],
  ['boolean', 'true', false, 'bad'],
  ['boolean', '1', true, 'bad'],
  ['boolean', '', true, 'null'],
  ['integer', '5', true, 5],
  ['integer', '-5', true, -5],
  ['integer', '5', false, 'bad'],
  ['integer', '1_000', true, 1000],
  ['integer', '0x1F', true, 31],
  ['integer', '0b11', true, 3],
  ['integer', '-0b11', true, -3],
  ['integer', '017', true, 15],
  ['integer', '0o17', true, 15],
  ['integer', '08', true, 8],
  ['integer', '5.5', true, 5],
  ['integer', '-5.5', true, -5],
  ['integer', '1e3', true, 1000],
  ['integer', '.5', true, 0],
  ['integer', '1:30', true, 'bad'],
  ['integer', '9007199254740993', true, 'bad'],
  ['integer', 'five', true, 'bad'],
  ['duration', '10s', true, 10_000],
  ['duration', '10s', false, 10_000],
  ['duration', '0', true, 0],
  ['duration', '0', false, 0],
  ['duration', '5', true, 0.000005],
  ['duration', '5', false, 'bad'],
  ['duration', '1.5', true, 0.000001],
  ['duration', '1d', true, 'bad'],
  ['duration', '10 s', true, 'bad'],
  ['duration', '', true, 'null'],
  ['duration', '', false, 'bad'],
  ['byte-size', '10MB', true, 10_000_000],
  ['byte-size', '1024', true, 1024],
  ['byte-size', '1e3', true, 'bad'],
  ['file-mode', '0600', true, 0o600],
  ['file-mode', '0o600', true, 0o600],
  ['file-mode', '600', true, 600],
  ['file-mode', '0600', false, 'bad'],
  ['file-mode', '-1', true, 'bad'],
]
for (const [kind, text, plain, expected] of rows) {
  test(`readScalar: ${kind} ${plain ? text : `'${text}'`} → ${expected}`, () => {
    const result = readScalar(kind, { text, plain })
    if (result.kind === 'value') assert.equal(result.value, expected)
    else assert.equal(result.kind, expected)
  })
}
