import assert from 'node:assert/strict'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { CaptureLoop, type CaptureResult } from './capture-loop.ts'

/** A loop on simulated time, and the times of its captures. */
class Scene {
  readonly env: SimEnv = simEnv({ seed: 1 })
  readonly times: number[] = []
  readonly failures: { readonly delayMs: number; readonly log: boolean }[] = []
  readonly recovered: number[] = []
  readonly steady: boolean[] = []
  isPinWanted: () => boolean = () => false
  readonly loop: CaptureLoop
  readonly #stop = new AbortController()
  readonly #ended: Promise<unknown>
  /** What the next captures give; the last one for ever. */
  results: (CaptureResult | Error)[] = ['found-nothing']
  onCapture: () => void | Promise<void> = () => {}
  lookedAtMs: () => number | null = () => null

  constructor() {
    this.loop = new CaptureLoop({
      env: this.env,
      pace: { syncIntervalMs: 1000, burstMax: 3 },
      capture: async () => {
        this.times.push(this.env.clock.elapsedMs())
        await this.onCapture()
        const result = this.results.length > 1 ? this.results.shift() : this.results[0]
        if (result instanceof Error) throw result
        return { result: result ?? 'found-nothing', lookedAtMs: this.lookedAtMs() }
      },
      isPinWanted: async () => this.isPinWanted(),
      onSteady: (isSteady) => this.steady.push(isSteady),
      onFailure: ({ delayMs, log }) => this.failures.push({ delayMs, log }),
      onRecovered: (failures) => this.recovered.push(failures),
    })
    this.#ended = this.loop.run(this.#stop.signal).catch((error: unknown) => error)
  }

  async end(): Promise<unknown> {
    const reason = new Error('end')
    this.#stop.abort(reason)
    assert.equal(await this.#ended, reason)
    return this.env.clock.sleeping
  }
}

test('CaptureLoop: no event → no capture and no timer', async () => {
  const scene = new Scene()
  await scene.env.clock.advance(3_600_000)
  assert.deepEqual([scene.times, scene.env.clock.sleeping], [[], 0])
  await scene.end()
})

test('CaptureLoop: an event → captured at once, then quiet again', async () => {
  const scene = new Scene()
  await scene.env.clock.advance(5000)
  scene.loop.event()
  await scene.env.clock.advance(60_000)
  assert.deepEqual(scene.times, [5000])
  await scene.end()
})

test('CaptureLoop: an event before it runs → not lost', async () => {
  const env = simEnv({ seed: 1 })
  let captures = 0
  const loop = new CaptureLoop({
    env,
    pace: { syncIntervalMs: 1000, burstMax: 3 },
    capture: () => {
      captures++
      return Promise.resolve({ result: 'found-nothing', lookedAtMs: null })
    },
    isPinWanted: () => Promise.resolve(false),
    onSteady: () => {},
    onFailure: () => {},
    onRecovered: () => {},
  })
  loop.event()
  const stop = new AbortController()
  const ended = assert.rejects(loop.run(stop.signal))
  await env.clock.advance(10)
  assert.equal(captures, 1)
  stop.abort(new Error('end'))
  await ended
})

for (const [situation, lookedAtMs, times] of [
  ['before its turn to look came', 11, [0]],
  ['right when it looked', 10, [0, 20]],
  ['after it had looked', 9, [0, 20]],
] as const) {
  test(`CaptureLoop: an event while it captures, ${situation} → ${times.length === 1 ? 'it was seen' : 'one more'}`, async () => {
    const scene = new Scene()
    scene.lookedAtMs = () => lookedAtMs
    scene.onCapture = async () => {
      if (scene.times.length > 1) return
      await scene.env.clock.sleep(10)
      scene.loop.event()
      await scene.env.clock.sleep(10)
    }
    scene.loop.event()
    await scene.env.clock.advance(60_000)
    assert.deepEqual(scene.times, times)
    await scene.end()
  })
}

test('CaptureLoop: an event while it captures → one more, for it may have come too late', async () => {
  const scene = new Scene()
  scene.onCapture = async () => {
    if (scene.times.length > 1) return
    await scene.env.clock.sleep(10)
    scene.loop.event()
    await scene.env.clock.sleep(10)
  }
  scene.loop.event()
  await scene.env.clock.advance(60_000)
  assert.deepEqual(scene.times, [0, 20])
  await scene.end()
})

test('CaptureLoop: a writer that never pauses → a burst at once, then one a second, by the clock', async () => {
  const scene = new Scene()
  scene.results = ['found-changes']
  const writing = (async () => {
    for (let event = 0; event < 1000; event++) {
      scene.loop.event()
      await scene.env.clock.sleep(10)
    }
  })()
  await scene.env.clock.advance(10_000)
  await writing
  assert.ok(scene.times.length >= 12 && scene.times.length <= 14, `${scene.times.length} captures in 10 s`)
  const late = scene.times.filter((ms) => ms > 4000)
  for (const [index, ms] of late.entries()) if (index > 0) assert.ok(ms - (late[index - 1] ?? 0) >= 990)
  scene.results = ['found-nothing']
  await scene.env.clock.advance(60_000)
  const before = scene.times.length
  await scene.env.clock.advance(60_000)
  assert.equal(scene.times.length, before, 'it has cooled')
  await scene.end()
})

test('CaptureLoop: busy → looked at again without an event', async () => {
  const scene = new Scene()
  scene.results = ['busy', 'busy', 'found-changes', 'found-nothing']
  scene.loop.event()
  await scene.env.clock.advance(60_000)
  assert.ok(scene.times.length >= 3)
  await scene.end()
})

test('CaptureLoop: failures → tried again with growing pauses, told, and told when it works again', async () => {
  const scene = new Scene()
  scene.results = [new Error('1'), new Error('2'), new Error('3'), 'found-changes', 'found-nothing']
  scene.loop.event()
  await scene.env.clock.advance(120_000)
  assert.deepEqual(
    scene.failures.map(({ log }) => log),
    [true, false, false],
  )
  for (const [index, { delayMs }] of scene.failures.entries()) assert.ok(delayMs <= 1000 * 2 ** index)
  assert.deepEqual(scene.recovered, [3])
  await scene.end()
})

test('CaptureLoop: stopped while it waits after a failure → the reason itself, and no timer stays', async () => {
  const scene = new Scene()
  scene.results = [new Error('for ever')]
  scene.loop.event()
  await scene.env.clock.advance(10)
  assert.equal(await scene.end(), 0)
})

/** Events without end, so that the burst is spent and the clock decides. */
async function heat(scene: Scene): Promise<void> {
  scene.results = ['found-changes']
  for (let event = 0; event < 50; event++) {
    scene.loop.event()
    await scene.env.clock.advance(10)
  }
}

test('CaptureLoop: hot, and a checkpoint waits for the pin → captured within two glances, not at the end of the interval', async () => {
  const scene = new Scene()
  await heat(scene)
  await scene.env.clock.advance(10_000)
  const before = scene.times.at(-1) ?? 0
  let asked = 0
  scene.isPinWanted = () => ++asked === 2
  await scene.env.clock.advance(before + 1000 + 500 - scene.env.clock.elapsedMs())
  const after = scene.times.filter((ms) => ms > before)
  assert.ok((after.at(-1) ?? 0) - before < 1000, `captured at ${after.join()} after ${before}`)
  await scene.end()
})

test('CaptureLoop: cool → nobody is asked about the pin', async () => {
  const scene = new Scene()
  scene.isPinWanted = () => assert.fail('asked')
  scene.loop.event()
  await scene.env.clock.advance(60_000)
  assert.equal(scene.times.length, 1)
  await scene.end()
})

test('CaptureLoop: written to all the time → told once; it cools → told again, and an event of that moment is not lost', async () => {
  const scene = new Scene()
  await heat(scene)
  await scene.env.clock.advance(10_000)
  assert.deepEqual(scene.steady, [true])
  scene.results = ['found-nothing']
  await scene.env.clock.advance(60_000)
  assert.deepEqual(scene.steady, [true, false])
  await scene.end()
})

test('CaptureLoop: stopped while written to all the time → events are wanted again', async () => {
  const scene = new Scene()
  await heat(scene)
  await scene.env.clock.advance(10_000)
  await scene.end()
  assert.deepEqual(scene.steady, [true, false])
})
