import assert from 'node:assert/strict'
import { test } from 'vitest'
import { createKernels, sharedKernels } from './create-kernels.ts'

test('createKernels: called twice → two instances', () => {
  assert.notEqual(createKernels(), createKernels())
})

test('sharedKernels: called twice → the same instance', () => {
  assert.equal(sharedKernels(), sharedKernels())
})
