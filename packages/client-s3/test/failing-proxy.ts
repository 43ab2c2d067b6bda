import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** What goes wrong with the next request instead of being passed on. */
export type ProxyFault = { readonly status: number; readonly code: string } | 'reset'

/** Stands before a real server, passes everything on as it is, and fails when it is told to. */
export class FailingProxy implements AsyncDisposable {
  readonly #server: Server
  #next: ProxyFault | null = null

  private constructor(target: URL) {
    this.#server = createServer((request, response) => this.#pass(target, request, response))
  }

  static async before(endpoint: string): Promise<FailingProxy> {
    const proxy = new FailingProxy(new URL(endpoint))
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  failNext(fault: ProxyFault): void {
    this.#next = fault
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #pass(target: URL, request: IncomingMessage, response: ServerResponse): void {
    const fault = this.#next
    this.#next = null
    if (fault === 'reset') {
      request.socket.resetAndDestroy()
      return
    }
    if (fault !== null) {
      request.resume()
      response.writeHead(fault.status, { 'content-type': 'application/xml' })
      response.end(`<Error><Code>${fault.code}</Code><Message>told to</Message></Error>`)
      return
    }
    const { method, url, headers } = request
    const { hostname, port } = target
    // The headers stay as they are: the host is part of the signature.
    const passed = httpRequest({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      answer.once('error', () => response.destroy())
    })
    passed.once('error', () => response.destroy())
    response.once('close', () => passed.destroy())
    request.pipe(passed)
  }
}
