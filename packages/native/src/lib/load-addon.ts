import { createRequire } from 'node:module'
import path from 'node:path'
import type { Addon } from './addon.ts'
import { platformNames } from './platform-names.ts'

/** `require`, or a stand-in: loads a module or file, and finds where one is. Both throw when there is none. */
export interface Loader {
  load(name: string): unknown
  resolve(name: string): string
}

export type LoadedAddon =
  | { readonly addon: Addon; readonly file: string }
  | { readonly addon: undefined; readonly because: string }

/**
 * The compiled file for this machine: the one that `pnpm build:native` left in the package's folder, else that of a prebuilt package.
 *
 * @param names Of the builds that may fit, in order. @returns With `because` when none loads: what was tried.
 */
export function loadAddon(
  names: readonly string[] = platformNames(process.platform, process.arch),
  loader: Loader = nodeLoader(),
): LoadedAddon {
  const failures: string[] = []
  for (const find of names.flatMap((name) => placesOf(name, loader))) {
    try {
      const file = find()
      return { addon: loader.load(file) as Addon, file }
    } catch (error) {
      failures.push(firstLine(error))
    }
  }
  return { addon: undefined, because: `no build of @ltx/native loads here: ${failures.join('; ')}` }
}

function placesOf(name: string, loader: Loader): (() => string)[] {
  return [
    () => path.join(path.dirname(loader.resolve('@ltx/native/package.json')), `ltx-native.${name}.node`),
    () => loader.resolve(`@ltx/native-${name}`),
  ]
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}

function nodeLoader(): Loader {
  const require = createRequire(import.meta.url)
  return { load: require, resolve: require.resolve }
}
