import type { Socket } from 'node:net'
import { DelayLine, type DelaySettings } from './delay-line.ts'
import type { CutStyle, Direction, Faults, ProxyCounts } from './faults.ts'

/** What the connections of one proxy have in common. */
export interface ProxyState {
  readonly counts: ProxyCounts
  readonly random: () => number
  faults: Faults
  /** Changes when the faults are set: bytes are counted from then on. */
  epoch: number
  /** Cuts and flips since the faults were set. */
  strikes: number
}

/** One client's connection and ours to the server for it. */
export class ProxiedConnection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #state: ProxyState
  readonly #lines: readonly DelayLine[]
  /** Its end is on the way, after what was let through before. */
  #isDoomed = false

  constructor(client: Socket, server: Socket, state: ProxyState, onClosed: () => void) {
    this.#client = client
    this.#server = server
    this.#state = state
    this.#lines = [this.#pump('up', client, server), this.#pump('down', server, client)]
    state.counts.connections++
    state.counts.openConnections++
    let open = 2
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.once('close', () => {
        if (--open > 0) return
        state.counts.openConnections--
        onClosed()
      })
    }
  }

  kill(how: CutStyle): void {
    for (const line of this.#lines) line.stop()
    for (const socket of [this.#client, this.#server]) {
      if (how === 'reset') socket.resetAndDestroy()
      else socket.end(() => socket.destroy())
    }
  }

  #pump(direction: Direction, source: Socket, target: Socket): DelayLine {
    const line = new DelayLine(source, target)
    let epoch = this.#state.epoch
    let passed = 0
    source.on('data', (bytes: Buffer) => {
      if (epoch !== this.#state.epoch) {
        epoch = this.#state.epoch
        passed = 0
      }
      this.#pass(direction, line, bytes, passed)
      passed += bytes.length
    })
    source.on('end', () => {
      if (!this.#swallows(direction)) line.afterwards(() => target.end(), this.#delay())
    })
    // A reset of one side is one for the other; with a black hole between them it learns nothing.
    source.on('error', () => undefined)
    source.on('close', (hadError) => {
      if (hadError && !this.#swallows(direction) && !target.destroyed) target.resetAndDestroy()
      else if (!this.#swallows(direction)) line.afterwards(() => target.end(), this.#delay())
    })
    return line
  }

  #pass(direction: Direction, line: DelayLine, bytes: Buffer, passed: number): void {
    const { counts, faults } = this.#state
    counts[direction === 'up' ? 'bytesUp' : 'bytesDown'] += bytes.length
    if (this.#isDoomed || this.#swallows(direction)) return
    const { flip, cut } = faults
    if (flip?.direction === direction && isInside(flip.atByte, passed, bytes.length)) {
      bytes[flip.atByte - passed] = (bytes[flip.atByte - passed] ?? 0) ^ 1
      counts.flips++
      this.#strike()
    }
    if (cut?.direction !== direction || passed + bytes.length < cut.afterBytes) {
      line.push(bytes, this.#delay())
      return
    }
    this.#isDoomed = true
    line.push(bytes.subarray(0, Math.max(0, cut.afterBytes - passed)), this.#delay())
    line.afterwards(() => this.kill(cut.how), this.#delay())
    counts.cuts++
    this.#strike()
  }

  #strike(): void {
    const { faults } = this.#state
    this.#state.strikes++
    if (faults.times !== undefined && this.#state.strikes >= faults.times) this.#state.faults = {}
  }

  #swallows(direction: Direction): boolean {
    const { blackHole } = this.#state.faults
    return blackHole === direction || blackHole === 'both'
  }

  #delay(): DelaySettings {
    const { latencyMs = 0, jitterMs = 0, bytesPerSecond = null } = this.#state.faults
    return { delayMs: latencyMs + jitterMs * this.#state.random(), bytesPerSecond }
  }
}

function isInside(place: number, start: number, length: number): boolean {
  return place >= start && place < start + length
}
