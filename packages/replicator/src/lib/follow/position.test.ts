import assert from 'node:assert/strict'
import { test } from 'vitest'
import { samePlaceSalts } from './position.ts'

const place = { salt1: 1, salt2: 2, offset: 32, checksum: [0, 0] as const }

test('samePlaceSalts: both equal → yes; either other, or no place → no', () => {
  assert.equal(samePlaceSalts(place, { salt1: 1, salt2: 2 }), true)
  assert.equal(samePlaceSalts(place, { salt1: 2, salt2: 2 }), false)
  assert.equal(samePlaceSalts(place, { salt1: 1, salt2: 1 }), false)
  assert.equal(samePlaceSalts(null, { salt1: 1, salt2: 2 }), false)
})
