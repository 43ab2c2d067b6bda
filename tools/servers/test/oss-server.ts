import type { ServerSettings } from '../src/index.ts'

/** The tests of the client, which are no part of its package for anybody but us: loaded by where they are. */
const TESTS: URL = new URL('../../../packages/client-oss/test/', import.meta.url)

const REGION = 'cn-hangzhou'

/** What is used of the fake. */
interface FakeServer {
  readonly url: string
  listen(): Promise<void>
  newBucket(): { readonly name: string }
}

interface FakeModule {
  readonly FakeServer: new (options: { readonly perPage: number; readonly region: string }) => FakeServer
}

let started: Promise<ServerSettings> | null = null

/**
 * There is no server that speaks OSS to be had, so it is the strict fake that the client itself is tested with: one for this process,
 * and it ends with it.
 */
export function ossServer(): Promise<ServerSettings> {
  return (started ??= start())
}

async function start(): Promise<ServerSettings> {
  const { FakeServer } = (await import(new URL('fake-server.ts', TESTS).href)) as FakeModule
  const { KEY_ID, SECRET } = (await import(new URL('check-signature.ts', TESTS).href)) as Record<
    string,
    string
  >
  if (KEY_ID === undefined || SECRET === undefined) throw new Error('the fake of OSS knows no keys')
  const server = new FakeServer({ perPage: 1000, region: REGION })
  await server.listen()
  const { name } = server.newBucket()
  return { endpoint: server.url, region: REGION, bucket: name, accessKeyId: KEY_ID, secretAccessKey: SECRET }
}
