import { parseListenAddress, urlOfAddress } from '../health/listen-address.ts'
import type { McpHttpServer } from '../mcp/mcp-http-server.ts'
import type { Engine, ReplicateJob } from './run-replicator.ts'

/**
 * The MCP server, where the configuration asks for one: on this machine only unless a host is named. Without it replication goes on, and
 * an error is logged.
 */
export async function openMcp(
  { config, io, logger }: ReplicateJob,
  { databases }: Pick<Engine, 'databases'>,
): Promise<McpHttpServer | null> {
  const text = config.root.text('mcp-addr')
  if (text === '') return null
  try {
    const { host, port } = parseListenAddress(text)
    const { RunningCalls } = await import('../mcp/running-calls.ts')
    const { McpHttpServer, isLoopback } = await import('../mcp/mcp-http-server.ts')
    const address = { host: host === '' ? '127.0.0.1' : host, port }
    const server = await McpHttpServer.open(address, {
      io,
      config: config.file,
      calls: new RunningCalls(),
      isFollowed: (path) => databases.running(path) !== null,
    })
    logger.log('info', 'MCP server is open', { url: urlOfAddress(server.address) })
    if (!isLoopback(address.host)) {
      logger.log('warn', 'the MCP server has no login: whoever reaches its address can restore and reset', {
        address: text,
      })
    }
    return server
  } catch (error) {
    logger.log('error', 'no MCP server; replication goes on without it', {
      address: text,
      error: error instanceof Error ? error : String(error),
    })
    return null
  }
}
