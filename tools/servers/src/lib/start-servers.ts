import { installServers } from './install-servers.ts'
import type { ServerKind } from './server-kind.ts'
import type { ServerRecord } from './server-records.ts'
import { startServer } from './start-server.ts'
import { valuesOf } from './values-of.ts'

export interface StartServersOptions {
  readonly registry: string
  /** Where each server's own folder is made. */
  readonly folders: string
  readonly onEnd?: (name: string, label: string, how: string) => void
}

/** Installs and starts servers, all at once. One that fails makes the whole fail, when the others have started too. */
export async function startServers(
  kinds: readonly ServerKind[],
  options: StartServersOptions,
): Promise<ServerRecord[]> {
  const programs = await installServers(kinds)
  const started = await Promise.allSettled(
    kinds.map((kind, index) =>
      startServer(kind, {
        registry: options.registry,
        folders: options.folders,
        program: programs[index] ?? '',
        onEnd: (label, how) => options.onEnd?.(kind.name, label, how),
      }),
    ),
  )
  return valuesOf(started)
}

/** What to set in the environment of a command that talks to the servers. */
export function variablesOf(records: readonly ServerRecord[]): Record<string, string> {
  return Object.fromEntries(records.map(({ variable, settings }) => [variable, JSON.stringify(settings)]))
}
