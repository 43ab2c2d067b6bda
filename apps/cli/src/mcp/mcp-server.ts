import { resolve } from 'node:path'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js'
import type { CommandIo } from '../program/io.ts'
import { infoText } from './info-text.ts'
import { type Captured, runCaptured } from './run-captured.ts'
import type { RunningCalls } from './running-calls.ts'
import { COMMAND_TOOLS, CONFIG, type CommandTool, type ToolArguments } from './tools.ts'

export interface McpParts {
  readonly io: CommandIo
  /** The configuration file where a client names none; empty: the system's. */
  readonly config: string
  readonly calls: RunningCalls
  /** Whether this process follows the database; absent where it follows none. */
  readonly isFollowed?: ((path: string) => boolean) | undefined
}

/**
 * Litestream's tools for a client of the Model Context Protocol, as one session needs them. Each runs one of our commands in this process
 * and answers with what it wrote. No secret is in that: the commands hide them.
 */
export function createMcpServer(parts: McpParts): McpServer {
  const server = new McpServer(
    { name: 'Litestream MCP Server', version: '1.0.0' },
    { capabilities: { logging: {} } },
  )
  const info = {
    description: 'Shows version, configuration path, databases, and the LTX files of each.',
    inputSchema: { config: CONFIG },
    annotations: annotationsOf('nothing'),
  }
  const register: Record<string, () => unknown> = {
    litestream_info: () =>
      server.registerTool('litestream_info', info, async ({ config }, { signal }) =>
        resultOf(await parts.calls.track(infoText({ ...parts, config: config ?? parts.config, signal }))),
      ),
  }
  for (const [name, tool] of Object.entries(COMMAND_TOOLS)) {
    register[name] = () => registerCommand(server, name, tool, parts)
  }
  for (const name of Object.keys(register).toSorted()) register[name]?.()
  return server
}

function registerCommand(server: McpServer, name: string, tool: CommandTool, parts: McpParts): void {
  const { description, input, changes } = tool
  const config = { description, inputSchema: input, annotations: annotationsOf(changes) }
  server.registerTool(name, config, async (given: Record<string, unknown>, { signal }) => {
    const named = given as ToolArguments // the server has checked it against `input`
    const path = resolve(parts.io.workingDirectory, named.path ?? '')
    if (changes === 'deletes' && parts.isFollowed?.(path) === true) return followedHere(path)
    const words = tool.words(named, named.config ?? parts.config)
    return resultOf(await parts.calls.track(runCaptured(words, parts.io, signal)))
  })
}

function followedHere(path: string): CallToolResult {
  const text = `Error: a replicator is at work on this database: this process follows ${path}; stop it first: exit status 1`
  return { isError: true, content: [{ type: 'text', text }] }
}

function annotationsOf(changes: CommandTool['changes']): ToolAnnotations {
  return {
    readOnlyHint: changes === 'nothing',
    destructiveHint: changes === 'deletes',
    idempotentHint: changes === 'nothing',
    openWorldHint: true,
  }
}

/** As a shell would put it: the output, and after a failure the exit code. */
function resultOf({ text, exitCode }: Captured): CallToolResult {
  if (exitCode === 0) return { content: [{ type: 'text', text }] }
  return { isError: true, content: [{ type: 'text', text: `${text.trim()}: exit status ${exitCode}` }] }
}
