import type { CommandIo } from '../program/io.ts'
import { type Captured, runCaptured } from './run-captured.ts'
import { COMMAND_TOOLS, type ToolArguments } from './tools.ts'

export interface InfoParts {
  readonly io: CommandIo
  /** Empty: the system's. */
  readonly config: string
  readonly signal: AbortSignal
}

/** What `litestream_info` answers: several commands after one another. A database whose replica cannot be listed does not end it. */
export async function infoText({ io, config, signal }: InfoParts): Promise<Captured> {
  const run = async (tool: string, given: ToolArguments = {}): Promise<Captured> =>
    await runCaptured(COMMAND_TOOLS[tool]?.words(given, config) ?? [], io, signal)
  const version = await run('litestream_version')
  if (version.exitCode !== 0) return version
  const databases = await run('litestream_databases')
  if (databases.exitCode !== 0) return databases
  const listed = await runCaptured(['databases', '-json', '-config', config], io, signal)
  const paths = (JSON.parse(listed.text) as { readonly path: string }[]).map(({ path }) => path)
  const files: string[] = []
  for (const path of paths) {
    const { text, exitCode } = await run('litestream_ltx', { path })
    files.push(
      exitCode === 0
        ? `Database: ${path}\n${text}`
        : `Database: ${path}\nthe files could not be listed:\n${text}`,
    )
  }
  const text = [
    'Information about this Litestream',
    '',
    `Version Information:\n${version.text}`,
    `Current Config Path:\n${config}\n`,
    `Databases:\n${databases.text}`,
    `LTX Files:\n${files.join('\n')}`,
  ].join('\n')
  return { text, exitCode: 0 }
}
