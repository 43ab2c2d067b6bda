import { exitCodeOf, type CommandIo, type StopSignal } from './io.ts'

export type Interruptible<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'interrupted'; readonly signal: StopSignal }

/**
 * Runs something that can be given up. The first SIGINT or SIGTERM aborts it and waits until it has cleaned up; a second one ends the
 * process at once.
 */
export async function interruptible<Result>(
  io: CommandIo,
  action: (signal: AbortSignal) => Promise<Result>,
): Promise<Interruptible<Result>> {
  const controller = new AbortController()
  let received: StopSignal | null = null
  const stopListening = io.onSignal((signal) => {
    if (received !== null) io.endNow(exitCodeOf(signal))
    received ??= signal
    controller.abort(new Error(`stopped by ${signal}`))
  })
  try {
    return { kind: 'done', result: await action(controller.signal) }
  } catch (error) {
    if (received === null || error !== controller.signal.reason) throw error
    return { kind: 'interrupted', signal: received }
  } finally {
    stopListening()
  }
}
