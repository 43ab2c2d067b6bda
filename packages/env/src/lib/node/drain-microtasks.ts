/** Resolves when every promise that could go on has gone on: a macrotask comes after all of them. */
export function drainMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
