import type { Socket } from 'node:net'

/** Bytes under way at once; beyond, the sender has to wait. More than 50 ms at 20 MB/s. */
const HELD_BYTES_MAX = 4 * 1024 * 1024

export interface DelaySettings {
  readonly delayMs: number
  /** `null`: as fast as it goes. */
  readonly bytesPerSecond: number | null
}

interface Held {
  readonly bytes: Uint8Array
  readonly dueMs: number
  /** Called in place of a delivery. */
  readonly act: (() => void) | null
}

/** One direction of a connection: delivers in order, each chunk when its time has come, and makes the source wait when full. */
export class DelayLine {
  readonly #source: Socket
  readonly #target: Socket
  readonly #held: Held[] = []
  #heldBytes = 0
  #freeAtMs = 0
  #lastDueMs = 0
  #timer: NodeJS.Timeout | null = null
  #isBlocked = false

  constructor(source: Socket, target: Socket) {
    this.#source = source
    this.#target = target
    target.on('drain', () => {
      this.#isBlocked = false
      this.#deliver()
    })
  }

  push(bytes: Uint8Array, settings: DelaySettings): void {
    this.#add(bytes, settings, null)
  }

  /** Does something after all that was pushed before it has been delivered, and after the same delay. */
  afterwards(act: () => void, settings: DelaySettings): void {
    this.#add(new Uint8Array(0), settings, act)
  }

  /** Nothing more is delivered. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#held.length = 0
  }

  #add(bytes: Uint8Array, { delayMs, bytesPerSecond }: DelaySettings, act: (() => void) | null): void {
    const nowMs = performance.now()
    const sendingMs = bytesPerSecond === null ? 0 : (bytes.length / bytesPerSecond) * 1000
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + sendingMs
    this.#lastDueMs = Math.max(this.#freeAtMs + delayMs, this.#lastDueMs)
    this.#held.push({ bytes, dueMs: this.#lastDueMs, act })
    this.#heldBytes += bytes.length
    this.#deliver()
  }

  #deliver(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    for (let next = this.#held[0]; next !== undefined && !this.#isBlocked; next = this.#held[0]) {
      const waitMs = next.dueMs - performance.now()
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#deliver(), waitMs)
        break
      }
      this.#held.shift()
      this.#heldBytes -= next.bytes.length
      if (next.act !== null) next.act()
      else if (!this.#target.destroyed) this.#isBlocked = !this.#target.write(next.bytes)
    }
    if (this.#isBlocked || this.#heldBytes > HELD_BYTES_MAX) this.#source.pause()
    else this.#source.resume()
  }
}
