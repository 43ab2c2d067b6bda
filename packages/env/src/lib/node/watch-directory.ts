import { type FSWatcher, watch } from 'node:fs'
import type { WatchEvent } from '../files.ts'

/**
 * `fs.watch` of one directory, not of those in it, that does not keep the process alive. A failure to start is reported
 * like a later one, after the call has returned.
 */
export function watchDirectory(
  directory: string,
  onEvent: (event: WatchEvent) => void,
  onError: (error: Error) => void,
): () => void {
  let over = false
  let watcher: FSWatcher | null = null
  const stop = (): void => {
    over = true
    watcher?.close()
  }
  const fail = (error: Error): void => {
    if (over) return
    stop()
    onError(error)
  }
  try {
    watcher = watch(directory, { persistent: false }, (_kind, name) => {
      if (!over) onEvent({ name })
    })
    watcher.on('error', fail)
  } catch (error) {
    queueMicrotask(() => fail(error instanceof Error ? error : new Error(String(error))))
  }
  return stop
}
