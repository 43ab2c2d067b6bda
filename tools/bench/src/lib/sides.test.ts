import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Program } from './program-under-test.ts'
import { rowOf } from './side-rows.ts'
import { measureSides } from './sides.ts'

const ltx: Program = { side: 'ours', argv: ['ltx'], kind: 'source' }
const peer: Program = { side: 'peer', argv: ['litestream'], kind: '0.5.17' }

test('measureSides: both sides → in turns, each result on its side', async () => {
  const order: string[] = []
  const sides = await measureSides({ ltx, peer }, 2, (program, round) => {
    order.push(program.side)
    return Promise.resolve(round)
  })
  assert.deepEqual(order, ['ours', 'peer', 'peer', 'ours'])
  assert.deepEqual(sides, { ours: [0, 3], peer: [1, 2] })
  const row = rowOf(sides, { what: 'x', unit: 'ms', better: 'less' }, (round) => round * 10)
  assert.deepEqual([row.ours.value, row.peer?.value], [15, 15])
})

test('measureSides: no Litestream → ours alone, and a row without it', async () => {
  const sides = await measureSides({ ltx, peer: null }, 3, (program, round) =>
    Promise.resolve(`${program.side}${round}`),
  )
  assert.deepEqual(sides, { ours: ['ours0', 'ours1', 'ours2'], peer: [] })
  assert.equal(rowOf(sides, { what: 'x', unit: 'ms', better: 'less' }, () => 7).peer, undefined)
})
