export type IntegerResult =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'bad'; readonly because: 'parse error' | 'value out of range' }

const FORM = /^([+-]?)(?:(0[xX])(_?[\da-fA-F_]+)|(0[bB])(_?[01_]+)|(0[oO]?)(_?[0-7_]+)|([1-9][\d_]*|0))$/

/**
 * Reads an integer the way Go does with base 0: decimal, `0x`, `0o` or a leading `0`, `0b`; `_` may stand between digits. Values that a
 * JavaScript number cannot hold exactly are out of range.
 */
export function parseInteger(text: string): IntegerResult {
  const match = FORM.exec(text)
  if (match === null || /__|_$/.test(text)) return { kind: 'bad', because: 'parse error' }
  const [, sign, hex, hexDigits, binary, binaryDigits, octal, octalDigits, decimal] = match
  const digits = (hexDigits ?? binaryDigits ?? octalDigits ?? decimal ?? '').replaceAll('_', '')
  if (digits === '') return { kind: 'bad', because: 'parse error' }
  const prefix = hex !== undefined ? '0x' : binary !== undefined ? '0b' : octal !== undefined ? '0o' : ''
  const value = Number(BigInt(prefix + digits)) * (sign === '-' ? -1 : 1)
  if (!Number.isSafeInteger(value)) return { kind: 'bad', because: 'value out of range' }
  return { kind: 'integer', value: value === 0 ? 0 : value }
}
