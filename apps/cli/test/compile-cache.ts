import { fileURLToPath } from 'node:url'

/**
 * `NODE_COMPILE_CACHE` of the processes that tests start: our sources are stripped and compiled once, not by each of them, which is two
 * thirds of what a small command costs. Node compares the contents, so nothing old is ever run.
 */
export const COMPILE_CACHE: string = fileURLToPath(
  new URL('../../../node_modules/.cache/ltx-tests', import.meta.url),
)
