import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import { simEnv, type SimClock } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { smallFile } from '../../../test/memory-local-files.ts'
import { passTime } from '../../../test/pass-time.ts'
import type { ReplicatorEvent } from '../events.ts'
import { Absence } from './absence.ts'
import { LocalPort } from './local-port.ts'

async function absenceAfter(traces: {
  readonly followed?: boolean
  readonly local?: boolean
  readonly stored?: boolean
}): Promise<{ absence: Absence; events: ReplicatorEvent[]; clock: SimClock }> {
  const env = simEnv({ seed: 1 })
  const client = memoryClient()
  const events: ReplicatorEvent[] = []
  const one = toTxid(1n)
  const bytes = smallFile({ min: 1, max: 1 })
  if (traces.local === true) {
    env.blockingFiles.makeDirectory('/meta/ltx/0')
    using file = env.blockingFiles.open(new LocalPort(env.files, '/meta').path(one), 'create')
    file.write(bytes, 0)
  }
  if (traces.stored === true) {
    await client.writeFile({ level: 0, minTXID: one, maxTXID: one }, async function* stored() {
      yield bytes
    })
  }
  const parts = {
    env,
    client,
    path: '/app.db',
    metaPath: '/meta',
    emit: (event: ReplicatorEvent) => void events.push(event),
  }
  return { absence: await Absence.begin(parts, traces.followed === true), events, clock: env.clock }
}

for (const [situation, traces, isKnownAtOnce] of [
  ['it was followed', { followed: true }, true],
  ['local files are there', { local: true }, true],
  ['the replica holds a file', { stored: true }, false],
] as const) {
  test(`Absence: ${situation} → missing, and told once`, async () => {
    const { absence, events, clock } = await absenceAfter(traces)
    assert.equal(absence.isMissing, isKnownAtOnce)
    await passTime(clock, absence.tell())
    assert.equal(absence.isMissing, true)
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['missing'],
    )
  })
}

test('Absence: no trace of it anywhere → yet to come', async () => {
  const { absence, events, clock } = await absenceAfter({})
  await passTime(clock, absence.tell())
  assert.deepEqual([absence.isMissing, events], [false, []])
})

test('Absence: over before it is told → nothing is', async () => {
  const { absence, events, clock } = await absenceAfter({ stored: true })
  absence.end()
  await passTime(clock, absence.tell())
  assert.deepEqual(events, [])
})
