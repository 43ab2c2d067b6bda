import { CONFIG_FLAGS } from '../flags/shared-flags.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { exitCodeOf, type StopSignal } from '../program/io.ts'

const { config } = CONFIG_FLAGS

export const mcpCommand: Command = defineCommand({
  forms: ['[flags]'],
  about: `Serves an MCP client, such as an assistant in an editor, over stdin and stdout until the client goes away: it can list
databases and files, show the status, restore, and reset. A daemon with mcp-addr in its configuration serves the same over HTTP.`,
  examples: ['-config /etc/litestream.yml'],
  flags: { config },
  async run({ flags, positionals, io }) {
    atMost(positionals, 0)
    const { createMcpServer } = await import('../mcp/mcp-server.ts')
    const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
    const { RunningCalls } = await import('../mcp/running-calls.ts')
    const calls = new RunningCalls()
    const server = createMcpServer({ io, config: flags.config, calls })
    const { promise, resolve } = Promise.withResolvers<StopSignal | null>()
    const stopListening = io.onSignal(resolve)
    process.stdin.once('end', () => resolve(null))
    process.stdin.once('close', () => resolve(null))
    await server.connect(new StdioServerTransport())
    const signal = await promise
    stopListening()
    await server.close() // interrupts what is under way
    await calls.settled()
    return signal === null ? 0 : exitCodeOf(signal)
  },
})
