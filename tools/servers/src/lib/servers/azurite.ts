import { createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { freePorts } from '../free-ports.ts'
import { installOnce } from '../install-once.ts'
import { runProgram } from '../run-program.ts'
import type { ServerKind } from '../server-kind.ts'

const VERSION = '3.37.0'
/** Azurite's own, printed in its documentation: it is the only one that it knows without a configuration. */
const ACCOUNT = 'devstoreaccount1'
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
const CONTAINER = 'ltx-test'
const SERVICE_VERSION = '2021-12-02'
const INSTALL_TIMEOUT_MS = 600_000

/** The applicationinsights that it asks for asks in turn for a package that was never published. */
const MANIFEST = {
  private: true,
  dependencies: { azurite: VERSION },
  overrides: { applicationinsights: '2.9.8' },
}

/** Azure Blob Storage, in memory. */
export const azurite: ServerKind = {
  name: 'abs',
  program: `azurite ${VERSION}`,
  variable: 'LTX_SERVER_ABS',
  install: () =>
    installOnce({
      folder: `azurite-${VERSION}`,
      file: 'node_modules/azurite/dist/src/blob/main.js',
      fill: async (folder) => {
        await writeFile(path.join(folder, 'package.json'), JSON.stringify(MANIFEST))
        const options = { cwd: folder, timeoutMs: INSTALL_TIMEOUT_MS }
        await runProgram(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund'], options)
      },
    }),
  async start(site) {
    const [port = 0] = await freePorts(1)
    const address = ['--blobHost', '127.0.0.1', '--blobPort', String(port)]
    const kept = ['--inMemoryPersistence', '--silent', '--disableTelemetry', '--skipApiVersionCheck']
    const command = [process.execPath, site.program, ...address, ...kept]
    await site.spawn({ label: 'azurite', command, port })
    const endpoint = `http://127.0.0.1:${port}/${ACCOUNT}`
    await createContainer(endpoint)
    return { endpoint, account: ACCOUNT, key: KEY, container: CONTAINER }
  },
}

/** @see "Authorize with Shared Key" in Azure's REST reference; below an emulator's path the account comes twice. */
async function createContainer(endpoint: string): Promise<void> {
  const headers = [`x-ms-date:${new Date().toUTCString()}`, `x-ms-version:${SERVICE_VERSION}`]
  const resource = `/${ACCOUNT}/${ACCOUNT}/${CONTAINER}\nrestype:container`
  const standardHeaders = '\n'.repeat(11) // all eleven are empty
  const toSign = `PUT\n${standardHeaders}${headers.join('\n')}\n${resource}`
  const signature = createHmac('sha256', Buffer.from(KEY, 'base64')).update(toSign).digest('base64')
  const answer = await fetch(`${endpoint}/${CONTAINER}?restype=container`, {
    method: 'PUT',
    headers: [
      ...headers.map((line): [string, string] => [
        line.slice(0, line.indexOf(':')),
        line.slice(line.indexOf(':') + 1),
      ]),
      ['authorization', `SharedKey ${ACCOUNT}:${signature}`],
    ],
  })
  if (!answer.ok) throw new Error(`no container: ${answer.status} ${await answer.text()}`)
}
