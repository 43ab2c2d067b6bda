import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ChunkBuffers } from './chunk-buffers.ts'

const KIB = 1024

test('ChunkBuffers: given back, or a part of it → handed out again, also for less', () => {
  const buffers = new ChunkBuffers()
  const first = buffers.take(512 * KIB)
  assert.equal(first.length, 512 * KIB)
  buffers.giveBack(first.subarray(0, 300 * KIB))
  const second = buffers.take(200 * KIB)
  assert.equal(second.buffer, first.buffer)
  assert.equal(second.length, 200 * KIB)
})

test('ChunkBuffers: in use → nobody else gets it, and given back twice it is handed out once', () => {
  const buffers = new ChunkBuffers()
  const first = buffers.take(512 * KIB)
  assert.notEqual(buffers.take(512 * KIB).buffer, first.buffer)
  buffers.giveBack(first)
  buffers.giveBack(first)
  assert.equal(buffers.take(512 * KIB).buffer, first.buffer)
  assert.notEqual(buffers.take(512 * KIB).buffer, first.buffer)
})

test('ChunkBuffers: larger than those at hand → a new one', () => {
  const buffers = new ChunkBuffers()
  const first = buffers.take(200 * KIB)
  buffers.giveBack(first)
  const second = buffers.take(512 * KIB)
  assert.notEqual(second.buffer, first.buffer)
  assert.equal(second.length, 512 * KIB)
})

test('ChunkBuffers: a chunk of somebody else, or a small one → not kept', () => {
  const buffers = new ChunkBuffers()
  const foreign = new Uint8Array(512 * KIB)
  buffers.giveBack(foreign)
  assert.notEqual(buffers.take(512 * KIB).buffer, foreign.buffer)
  const small = buffers.take(1000)
  buffers.giveBack(small)
  assert.notEqual(buffers.take(1000).buffer, small.buffer)
})

test('ChunkBuffers: a chunk that is a little larger than the one before → its buffer does', () => {
  const buffers = new ChunkBuffers()
  const first = buffers.take(45 * KIB)
  buffers.giveBack(first)
  const second = buffers.take(47 * KIB)
  assert.equal(second.buffer, first.buffer)
  assert.equal(second.length, 47 * KIB)
})
