import type { ServerSettings } from './server-kind.ts'

/** What `run` or `start` has put into a variable of the environment. A live test without it fails: it was not meant to skip. */
export function serverSettings(
  variable: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ServerSettings {
  const text = environment[variable]
  if (text === undefined) throw new Error(`${variable} is not set: run pnpm test:servers`)
  return JSON.parse(text) as ServerSettings
}
