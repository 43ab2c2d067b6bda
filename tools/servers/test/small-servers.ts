import path from 'node:path'
import { freePorts } from '../src/lib/free-ports.ts'
import type { ServerKind } from '../src/lib/server-kind.ts'

const CHILD = path.join(import.meta.dirname, 'child-server.ts')

/** A server in the shape of the real ones that starts in no time and needs no installation. */
export function smallServer(name: string, ports: () => Promise<number[]> = () => freePorts(1)): ServerKind {
  return {
    name,
    program: 'a small server 1.0.0',
    variable: `LTX_SERVER_${name.toUpperCase()}`,
    install: () => Promise.resolve(process.execPath),
    async start(site) {
      const [port = 0] = await ports()
      await site.spawn({ label: name, command: [site.program, CHILD, String(port)], port })
      return { port, folder: site.folder }
    },
  }
}

/** Prints two lines and ends, as a server with a wrong configuration does. */
export const failingServer: ServerKind = {
  name: 'failing',
  program: 'a server that fails 1.0.0',
  variable: 'LTX_SERVER_FAILING',
  install: () => Promise.resolve(process.execPath),
  async start(site) {
    const [port = 0] = await freePorts(1)
    const script =
      "console.log('reading the configuration'); console.error('line 3 is wrong'); process.exit(5)"
    await site.spawn({ label: 'failing', command: [site.program, '-e', script], port })
    return {}
  },
}
