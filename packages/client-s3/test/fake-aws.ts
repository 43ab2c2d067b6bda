import { createServer as createHttp, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { FakeS3 } from './fake-server.ts'

/** A key and a self-signed certificate for tests alone: nobody trusts it. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2ymLIUZq3Iuu8MPW
CxqP+c0ZspxlhQeU63ZEG5syoDOhRANCAAQ15hgtdmSbr51NlI4sYouUnaAeFKUf
ZZE2G7ofp2ghx4mqsd2nxleZBrC7uYlZ+0TeobKa0wsGq+yoQ1WcJWGi
-----END PRIVATE KEY-----`
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjTCCATSgAwIBAgIUIhjOUS9451YQN86aB3iDazxkO3cwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEZmFrZTAgFw0yNjExMjUwMzM4MjdaGA8yMTI2MTEwMTAzMzgy
N1owDzENMAsGA1UEAwwEZmFrZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDXm
GC12ZJuvnU2Ujixii5SdoB4UpR9lkTYbuh+naCHHiaqx3afGV5kGsLu5iVn7RN6h
sprTCwar7KhDVZwlYaKjbDBqMB0GA1UdDgQWBBSIKn+sWa1oyhSWHrzthupH9WKs
8zAfBgNVHSMEGDAWgBSIKn+sWa1oyhSWHrzthupH9WKs8zAPBgNVHRMBAf8EBTAD
AQH/MBcGA1UdEQQQMA6CDGZha2UuaW52YWxpZDAKBggqhkjOPQQDAgNHADBEAiB0
RXUO+S0xkKhmN4UtFitEBnNyI/LmddNeRDJFACiMlgIgFnT54QZacCGPDyBdUa7Z
V5al1W+pIH3KwueLqq7V10I=
-----END CERTIFICATE-----`

/** The fake as if it were AWS itself: over TLS, behind a proxy that takes every name for this server. */
export class FakeAws implements AsyncDisposable {
  readonly s3: FakeS3
  /** Hosts that were asked for. */
  readonly tunnels: string[] = []
  readonly #https: Server
  readonly #proxy: Server
  readonly #sockets: Set<Duplex> = new Set()

  private constructor(s3: FakeS3) {
    this.s3 = s3
    s3.namesRegion = true
    this.#https = createHttps({ key: KEY, cert: CERTIFICATE }, s3.handle)
    this.#proxy = createHttp(s3.handle)
    this.#proxy.on('connect', (request: IncomingMessage, socket: Duplex) => this.#tunnel(request, socket))
  }

  static async start(): Promise<FakeAws> {
    const aws = new FakeAws(await FakeS3.start())
    for (const server of [aws.#https, aws.#proxy]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    }
    return aws
  }

  get proxyUrl(): string {
    return `http://127.0.0.1:${portOf(this.#proxy)}`
  }

  get tlsEndpoint(): string {
    return `https://127.0.0.1:${portOf(this.#https)}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    for (const server of [this.#https, this.#proxy]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    await this.s3[Symbol.asyncDispose]()
  }

  #tunnel(request: IncomingMessage, socket: Duplex): void {
    this.tunnels.push(request.url ?? '')
    const upstream: Socket = connect(portOf(this.#https), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const each of [upstream, socket]) {
      this.#sockets.add(each)
      each.on('error', () => each.destroy())
    }
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
