import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFaultProxy, startHttpFront, type FaultProxy, type HttpFront } from '../src/index.ts'
import type { Backend } from './backends.ts'
import { Replicating } from './replicating.ts'
import { Scene, type ClientOptions } from './scene.ts'
import { Writer } from './writer.ts'

/** Of requests. What is under way when bytes vanish ends after it, and is made again. */
export const TIMEOUT_MS = 3000
/** How long the replicator may take to have everything in the replica once a fault is over. */
export const RECOVERY_MS_MAX = 60_000

/** A database of some 1.5 MB with its application, and a way to the server on which things happen. */
export class FaultScene implements AsyncDisposable {
  readonly scene: Scene
  readonly proxy: FaultProxy
  /** In front of the server where that speaks HTTP. */
  readonly front: HttpFront | null
  readonly writer: Writer
  readonly #stack: AsyncDisposableStack

  private constructor(
    parts: Pick<FaultScene, 'scene' | 'proxy' | 'front' | 'writer'>,
    stack: AsyncDisposableStack,
  ) {
    this.scene = parts.scene
    this.proxy = parts.proxy
    this.front = parts.front
    this.writer = parts.writer
    this.#stack = stack
  }

  static async make(backend: Backend, seed: number): Promise<FaultScene> {
    await using stack = new AsyncDisposableStack()
    const scene = stack.use(await Scene.make(backend))
    const isHttp = backend.protocol === 'http'
    const front = isHttp ? stack.use(await startHttpFront({ targetPort: scene.serverPort })) : null
    const proxy = stack.use(await startFaultProxy({ targetPort: front?.port ?? scene.serverPort, seed }))
    const writer = stack.use(await Writer.start(scene.path('app.db')))
    await writer.writeAtOnce(500)
    return new FaultScene({ scene, proxy, front, writer }, stack.move())
  }

  /** How to reach the replica by the way on which things happen. */
  get through(): ClientOptions {
    return { port: this.proxy.port, timeoutMs: TIMEOUT_MS }
  }

  /** A replicator on that way, with everything in the replica. */
  async replicate(): Promise<Replicating> {
    const store = { compactionEnabled: false, shutdownSyncTimeoutMs: 0 }
    const replicating = await Replicating.start(this.scene, {
      databasePath: this.scene.path('app.db'),
      client: this.through,
      store,
    })
    await replicating.database.sync()
    return replicating
  }

  /** By itself, in time, and without having taken another for itself; what is stored is what the application has. */
  async assertRecovers(replicating: Replicating): Promise<void> {
    const image = await this.writer.image()
    try {
      await replicating.database.sync({ signal: AbortSignal.timeout(RECOVERY_MS_MAX) })
    } catch (cause) {
      throw new Error(`it does not recover (${String(cause)})\n${whatHappened(replicating)}`, { cause })
    }
    assert.deepEqual(replicating.eventsOf('conflict'), [])
    const { replaced } = await this.scene.assertRestores(image)
    assert.deepEqual(replaced, [], 'a broken file is stored')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.proxy.clear()
    await this.#stack.disposeAsync()
  }
}

/** The last failures, as they were reported, and the state now. */
function whatHappened(replicating: Replicating): string {
  const failures = replicating.eventsOf('error').slice(-8)
  const lines = failures.map(
    ({ during, error, retryInMs }) => `${during}: ${error.message}, again in ${retryInMs} ms`,
  )
  const { state, txid, replicatedTXID } = replicating.database.status()
  return [...lines, `${state}, at ${txid}, in the replica ${replicatedTXID}`].join('\n')
}

/** Waits until it has happened. */
export async function until(what: string, holds: () => boolean, limitMs = 20_000): Promise<void> {
  const start = performance.now()
  while (!holds()) {
    assert.ok(performance.now() - start < limitMs, `not seen in ${limitMs} ms: ${what}`)
    await sleep(10)
  }
}
