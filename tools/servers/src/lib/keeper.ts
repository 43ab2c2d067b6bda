// Started by run-with-servers.ts: `node keeper.ts REGISTRY`. Waits for the end of its input, which comes when the one who
// started it closes it or dies in any way, then stops every server of the registry and removes the registry.
import { rm } from 'node:fs/promises'
import { stopServers } from './stop-servers.ts'

const [registry = ''] = process.argv.slice(2)
process.stdin.on('error', () => undefined)
await new Promise((resolve) => process.stdin.resume().once('close', resolve))
await stopServers(registry)
await rm(registry, { recursive: true, force: true })
