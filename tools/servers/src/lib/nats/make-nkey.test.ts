import assert from 'node:assert/strict'
import { test } from 'vitest'
import { makeNkey, nkeyOf } from './make-nkey.ts'

test('nkeyOf: the key of bytes 0 to 31 → spelled as @nats-io/nkeys reads it', () => {
  const seed = Uint8Array.from({ length: 32 }, (_, index) => index)
  const publicKey = Buffer.from('03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8', 'hex')
  assert.deepEqual(nkeyOf(seed, publicKey), {
    seed: 'SUAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H776Y',
    publicKey: 'UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK', // fromSeed(seed).getPublicKey()
  })
})

test('makeNkey: two → of the right shape, and different', () => {
  const [one, other] = [makeNkey(), makeNkey()]
  assert.match(one.seed, /^SU[A-Z2-7]{56}$/)
  assert.match(one.publicKey, /^U[A-Z2-7]{55}$/)
  assert.notEqual(one.seed, other.seed)
})
