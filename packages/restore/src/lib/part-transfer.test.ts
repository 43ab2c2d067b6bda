import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fileInfo } from '../../test/file-infos.ts'
import { PartTransfer } from './part-transfer.ts'

const PART = { file: fileInfo(0, 1, 1), start: 0, end: 2 }

const newTransfer = (): PartTransfer => new PartTransfer(PART)

test('PartTransfer: filled before it is read → its chunks themselves, in order, then the end; nobody waited', async () => {
  const transfer = newTransfer()
  const [first, second] = [Uint8Array.of(1), Uint8Array.of(2)]
  transfer.add(first)
  transfer.add(second)
  assert.equal(await transfer.take(), first)
  assert.equal(await transfer.take(), second)
  assert.equal(await transfer.take(), null)
  assert.equal(await transfer.take(), null)
  assert.equal(transfer.wasWaitedFor, false)
})

test('PartTransfer: a reader before the bytes → it gets each as soon as it is there; that is remembered', async () => {
  const transfer = newTransfer()
  const taken = transfer.take()
  assert.equal(transfer.wasWaitedFor, true)
  transfer.add(Uint8Array.of(1))
  assert.deepEqual(await taken, Uint8Array.of(1))
  const last = transfer.take()
  transfer.add(Uint8Array.of(2))
  assert.deepEqual(await last, Uint8Array.of(2))
  assert.equal(await transfer.take(), null)
})

test('PartTransfer: it fails → what came before, then the failure itself, however often', async () => {
  const transfer = newTransfer()
  const failure = new Error('gone')
  transfer.add(Uint8Array.of(1))
  transfer.fail(failure)
  assert.deepEqual(await transfer.take(), Uint8Array.of(1))
  await assert.rejects(transfer.take(), (error) => error === failure)
  await assert.rejects(transfer.take(), (error) => error === failure)
})

test('PartTransfer: it fails while a reader waits → the reader is told', async () => {
  const transfer = newTransfer()
  const taken = transfer.take()
  transfer.fail(undefined) // whatever was thrown
  await assert.rejects(taken, (error) => error === undefined)
})
