import type { ServerKind } from './server-kind.ts'
import { valuesOf } from './values-of.ts'

/** Installs what is missing, all at once, and gives the path of each program in the same order. */
export async function installServers(
  kinds: readonly ServerKind[],
  onInstalled?: (kind: ServerKind, program: string) => void,
): Promise<string[]> {
  const installed = await Promise.allSettled(
    kinds.map(async (kind) => {
      try {
        const program = await kind.install()
        onInstalled?.(kind, program)
        return program
      } catch (cause) {
        throw new Error(`${kind.name} (${kind.program}) cannot be installed: ${(cause as Error).message}`, {
          cause,
        })
      }
    }),
  )
  return valuesOf(installed)
}
