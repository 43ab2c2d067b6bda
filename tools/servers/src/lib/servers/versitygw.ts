import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { freePorts } from '../free-ports.ts'
import { installGoProgram } from '../install-go-program.ts'
import { randomPassword } from '../random-password.ts'
import type { ServerKind } from '../server-kind.ts'

const VERSION = '1.8.0'
const BUCKET = 'ltx-test'
const REGION = 'us-east-1'

/** S3, kept in files: a bucket is a folder. One winner of every race; checks signatures and checksums. */
export const versitygw: ServerKind = {
  name: 's3',
  program: `versitygw ${VERSION}`,
  variable: 'LTX_SERVER_S3',
  install: () =>
    installGoProgram({
      name: 'versitygw',
      version: VERSION,
      module: 'github.com/versity/versitygw/cmd/versitygw',
    }),
  async start(site) {
    const [port = 0] = await freePorts(1)
    const data = path.join(site.folder, 'data')
    await mkdir(path.join(data, BUCKET), { recursive: true })
    const [accessKeyId, secretAccessKey] = [randomPassword(), randomPassword()]
    await site.spawn({
      label: 'versitygw',
      command: [site.program, '--quiet', '--region', REGION, '--port', `127.0.0.1:${port}`, 'posix', data],
      env: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
      port,
    })
    const endpoint = `http://127.0.0.1:${port}`
    return { endpoint, region: REGION, accessKeyId, secretAccessKey, bucket: BUCKET }
  },
}
