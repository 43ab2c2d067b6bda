import { freePorts } from '../free-ports.ts'
import { installGoProgram } from '../install-go-program.ts'
import type { ServerKind } from '../server-kind.ts'

const VERSION = '1.56.1'
const BUCKET = 'ltx-test'

/** Google Cloud Storage, in memory. It takes any credentials. */
export const fakeGcsServer: ServerKind = {
  name: 'gs',
  program: `fake-gcs-server ${VERSION}`,
  variable: 'LTX_SERVER_GS',
  install: () =>
    installGoProgram({
      name: 'fake-gcs-server',
      version: VERSION,
      module: 'github.com/fsouza/fake-gcs-server',
    }),
  async start(site) {
    const [port = 0] = await freePorts(1)
    const address = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port)]
    const kept = ['-backend', 'memory', '-public-host', `127.0.0.1:${port}`, '-log-level', 'warn']
    await site.spawn({ label: 'fake-gcs-server', command: [site.program, ...address, ...kept], port })
    const endpoint = `http://127.0.0.1:${port}`
    await createBucket(endpoint)
    return { endpoint, bucket: BUCKET }
  },
}

async function createBucket(endpoint: string): Promise<void> {
  const answer = await fetch(`${endpoint}/storage/v1/b?project=test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: BUCKET }),
  })
  if (!answer.ok) throw new Error(`no bucket: ${answer.status} ${await answer.text()}`)
}
