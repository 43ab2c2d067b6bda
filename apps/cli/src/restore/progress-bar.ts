import type { Clock } from '@ltx/env'
import type { RestoreProgress } from '@ltx/restore'
import type { Output } from '../program/io.ts'
import { formatDuration } from '../text/duration.ts'
import { humanSize } from '../text/human-size.ts'

/** Shows how far a restore is. Leaving the scope takes it off the screen. */
export interface ProgressDisplay extends AsyncDisposable {
  show(event: RestoreProgress): void
  /** Takes it off the screen, so that other text can follow. */
  finish(): void
}

const PHASES: Readonly<Record<RestoreProgress['phase'], string>> = {
  plan: 'planning',
  fetch: 'restoring',
  sync: 'syncing',
  check: 'checking',
  done: 'done',
}

/** A bar with rate and remaining time on a terminal; nothing at all elsewhere. */
export async function openRestoreProgress(output: Output, clock: Clock): Promise<ProgressDisplay> {
  if (!output.isTerminal) return { show() {}, finish() {}, async [Symbol.asyncDispose]() {} }
  const { SingleBar } = (await import('cli-progress')).default
  const bar = new SingleBar({
    stream: output.stream,
    format: '{phase} [{bar}] {percentage}%  {done} of {size}  {rate}  {left}',
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    hideCursor: true,
    clearOnComplete: true,
    fps: 10,
  })
  const startMs = clock.elapsedMs()
  let isShown = true
  bar.start(1, 0, payloadOf({ phase: 'plan', bytesDone: 0, bytesTotal: 0, pagesWritten: 0 }, 0))
  const finish = (): void => {
    if (isShown) bar.stop()
    isShown = false
  }
  return {
    show(event) {
      if (!isShown) return
      bar.setTotal(Math.max(event.bytesTotal, 1))
      bar.update(event.bytesDone, payloadOf(event, clock.elapsedMs() - startMs))
    },
    finish,
    [Symbol.asyncDispose]: () => Promise.resolve(finish()),
  }
}

/** The words around the bar. Rate and remaining time count compressed bytes, from the start. */
export function payloadOf(event: RestoreProgress, elapsedMs: number): Readonly<Record<string, string>> {
  const { bytesDone, bytesTotal, phase } = event
  const perMs = elapsedMs > 0 ? bytesDone / elapsedMs : 0
  const leftMs = perMs > 0 ? Math.ceil((bytesTotal - bytesDone) / perMs / 1000) * 1000 : 0
  return {
    phase: PHASES[phase],
    done: humanSize(bytesDone),
    size: humanSize(bytesTotal),
    rate: perMs > 0 ? `${humanSize(Math.round(perMs * 1000))}/s` : '',
    left: leftMs > 0 ? `${formatDuration(leftMs)} left` : '',
  }
}
