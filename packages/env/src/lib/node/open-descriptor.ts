import * as fs from 'node:fs'
import { type BigIntStats } from 'node:fs'
import { fromCallback, type NodeCallback } from './from-callback.ts'

/** An open file by its number. One call each, of which the system may do less than was asked for. */
export class OpenDescriptor {
  readonly number: number
  /** Calls under way. */
  #calls = 0
  #onIdle: (() => void) | null = null

  constructor(number: number) {
    this.number = number
  }

  read(target: Uint8Array, start: number, length: number, position: number): Promise<number> {
    return this.#call((tell) => fs.read(this.number, target, start, length, position, tell))
  }

  write(bytes: Uint8Array, start: number, length: number, position: number): Promise<number> {
    return this.#call((tell) => fs.write(this.number, bytes, start, length, position, tell))
  }

  truncate(size: number): Promise<void> {
    return this.#call((tell) => fs.ftruncate(this.number, size, tell))
  }

  sync(): Promise<void> {
    return this.#call((tell) => fs.fsync(this.number, tell))
  }

  stat(): Promise<BigIntStats> {
    return this.#call((tell) => fs.fstat(this.number, { bigint: true }, tell))
  }

  setMode(mode: number): Promise<void> {
    return this.#call((tell) => fs.fchmod(this.number, mode, tell))
  }

  setTimes(seconds: number): Promise<void> {
    return this.#call((tell) => fs.futimes(this.number, seconds, seconds, tell))
  }

  /** When the calls under way are over: right afterwards the number may be another file's. Not to be called twice, nor anything after it. */
  async close(): Promise<void> {
    if (this.#calls > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
    await fromCallback<void>((tell) => fs.close(this.number, tell))
  }

  async #call<Result>(begin: (tell: NodeCallback<Result>) => void): Promise<Result> {
    this.#calls++
    try {
      return await fromCallback(begin)
    } finally {
      if (--this.#calls === 0) this.#onIdle?.()
    }
  }
}
