import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectGarbage, SpareMemory, type MemoryPorts } from './spare-memory.ts'

const MIB = 1024 * 1024
const LOOK_MS = 30_000

interface Scene extends MemoryPorts {
  atMs: number
  spentMs: number
  spare: number
  collections: number
  trims: number
}

function scene(): Scene {
  return {
    atMs: 0,
    spentMs: 0,
    spare: 100 * MIB,
    collections: 0,
    trims: 0,
    nowMs() {
      return this.atMs
    },
    cpuMs() {
      return this.spentMs
    },
    spareBytes() {
      return this.spare
    },
    collect() {
      this.collections++
    },
    trim() {
      this.trims++
    },
  }
}

/** @returns how often it was collected after each of these looks, which are 30 s apart; each says how much CPU was used since the last */
function collectionsAfter(at: Scene, cpuMs: readonly number[]): number[] {
  using memory = new SpareMemory(at)
  return cpuMs.map((each) => {
    at.atMs += LOOK_MS
    at.spentMs += each
    memory.look()
    return at.collections
  })
}

test('SpareMemory: busy, then idle with much to spare → collected at the first idle look, then left alone for a quarter of an hour', () => {
  const looks = [20_000, 1600, 1400, ...Array.from({ length: 30 }, () => 10)]
  const counts = collectionsAfter(scene(), looks)
  assert.deepEqual(counts.slice(0, 3), [0, 0, 1])
  assert.deepEqual(counts.slice(3), [...Array.from({ length: 29 }, () => 1), 2])
})

test('SpareMemory: idle with little to spare → left alone', () => {
  const at = scene()
  at.spare = 7 * MIB
  assert.deepEqual(collectionsAfter(at, [0, 0, 0]), [0, 0, 0])
})

test('SpareMemory: at each idle look → trimmed; while busy → not', () => {
  const at = scene()
  at.spare = 0
  using memory = new SpareMemory(at)
  const trims = [0, 10, 20_000, 10, 10].map((cpuMs) => {
    at.atMs += LOOK_MS
    at.spentMs += cpuMs
    memory.look()
    return at.trims
  })
  assert.deepEqual([trims, at.collections], [[1, 2, 2, 3, 4], 0])
})

test('collectGarbage: what nobody holds → gone', () => {
  const weak = new WeakRef(new Uint8Array(8 * MIB))
  return new Promise<void>((resolve) => {
    setImmediate(() => {
      collectGarbage()({ type: 'major', execution: 'sync', flavor: 'last-resort' })
      assert.equal(weak.deref(), undefined)
      resolve()
    })
  })
})
