import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FakeTree, Refusal } from './fake-tree.ts'
import { FakeUsers, type FakeScheme } from './fake-users.ts'

/** What happens to the next request of a tree instead of an answer, or with it. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'redirect'; readonly to: string }
  /** Before it is done. */
  | { readonly kind: 'cut' }
  /** After it is done: the reply is lost. */
  | { readonly kind: 'lose-reply' }
  | { readonly kind: 'hang' }
  /** The body of a file ends after so many bytes, either way. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** One byte less is stored than came. */
  | { readonly kind: 'store-less' }
  /** 207 with this status within. */
  | { readonly kind: 'within'; readonly status: number }

export interface FakeServer extends AsyncDisposable {
  readonly url: string
  readonly users: FakeUsers | null
  /** A tree of its own at `/NAME`. */
  newTree(name?: string): { readonly tree: FakeTree; readonly name: string }
  /** Every `Date` header is so much later. */
  clockAheadMs: number
  /** Requests of this tree, of this method when given, meet the faults in turn. */
  fail(tree: FakeTree, fault: Fault, method?: string): void
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly tree: FakeTree
  /** Below the tree, decoded, without a slash at its end. */
  readonly path: string
  readonly prefix: string
  readonly fault: Fault | null
}

/** A WebDAV server as far as a replica needs it, and nothing that a strict one would not do. */
export async function startFakeServer(scheme: FakeScheme | null = 'basic'): Promise<FakeServer> {
  const trees = new Map<string, FakeTree>()
  const faults: { tree: FakeTree; fault: Fault; method: string | undefined }[] = []
  const users = scheme === null ? null : new FakeUsers(scheme)
  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    invite: () => void,
  ): Promise<void> => {
    response.setHeader('date', new Date(Date.now() + server.clockAheadMs).toUTCString())
    const [, name = '', path = ''] = /^\/([^/]*)(.*?)\/?$/.exec(request.url ?? '') ?? []
    const method = request.method ?? ''
    try {
      users?.check(request)
      const tree = trees.get(name)
      if (tree === undefined) throw new Refusal(404, 'there is no such tree')
      tree.requests.push(`${method} ${request.url}`)
      const index = faults.findIndex((each) => each.tree === tree && (each.method ?? method) === method)
      const fault = index === -1 ? null : (faults.splice(index, 1)[0]?.fault ?? null)
      if (method !== 'PUT') invite()
      const each = { request, response, tree, path: decodeURIComponent(path), prefix: `/${name}`, fault }
      await exchange(each, invite)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuse(request, response, error)
    }
  }
  const handle = (request: IncomingMessage, response: ServerResponse, invite: () => void): void => {
    answer(request, response, invite).catch(() => request.socket.destroy())
  }
  const http = createServer((request, response) => handle(request, response, () => undefined))
  http.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    handle(request, response, () => response.writeContinue()),
  )
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: FakeServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    users,
    clockAheadMs: 0,
    newTree(name = `tree-${trees.size}`) {
      const tree = new FakeTree()
      trees.set(name, tree)
      return { tree, name }
    },
    fail: (tree, fault, method) => void faults.push({ tree, fault, method }),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return server
}

async function exchange(each: Exchange, invite: () => void): Promise<void> {
  const { fault, request, response, tree, path } = each
  if (fault?.kind === 'status') throw new Refusal(fault.status, 'as ordered')
  if (fault?.kind === 'redirect') throw new Refusal(302, 'elsewhere', { location: fault.to })
  if (fault?.kind === 'within')
    return multistatus(response, [`<D:href>${request.url}</D:href>${statusLine(fault.status)}`])
  if (fault?.kind === 'cut') return void request.socket.resetAndDestroy()
  if (fault?.kind === 'hang') return
  if (fault?.kind === 'lose-reply') {
    response.end = () => {
      request.socket.resetAndDestroy()
      return response
    }
  }
  switch (request.method ?? '') {
    case 'PROPFIND':
      return await propfind(each)
    case 'MKCOL':
      await tree.make(path)
      return void response.writeHead(201).end()
    case 'PUT':
      return await put(each, invite)
    case 'GET':
      return await get(each)
    case 'DELETE':
      tree.remove(path)
      return void response.writeHead(204).end()
    case 'MOVE':
      return await move(each)
    default:
      throw new Refusal(405, 'not here')
  }
}

async function propfind({ request, response, tree, path, prefix }: Exchange): Promise<void> {
  let text = ''
  for await (const part of request) text += part
  if (!/^<\?xml .*<propfind xmlns="DAV:"><prop>/s.test(text)) throw new Refusal(400, 'no propfind')
  const { depth } = request.headers
  if (depth !== '0' && depth !== '1') throw new Refusal(403, 'propfind-finite-depth')
  if (!tree.has(path)) throw new Refusal(404, 'nothing is there')
  const below = depth === '1' && tree.collections.has(path) ? tree.childrenOf(path).toReversed() : []
  const host = tree.oddities.hrefPrefix ?? prefix
  multistatus(
    response,
    [path, ...below].map((each) => {
      const file = tree.files.get(each)
      const slash = file === undefined ? '/' : ''
      const href = `<D:href>${host}${each.split('/').map(encodeURIComponent).join('/')}${slash}</D:href>`
      const modifiedMs = file?.modifiedMs ?? tree.collections.get(each) ?? 0
      const modified = `<lp1:getlastmodified>${new Date(modifiedMs).toUTCString()}</lp1:getlastmodified>`
      return file === undefined
        ? `${href}<D:propstat><D:prop><lp1:resourcetype><D:collection/></lp1:resourcetype>${modified}</D:prop>${statusLine(200)}</D:propstat><D:propstat><D:prop><D:getcontentlength/></D:prop>${statusLine(404)}</D:propstat>`
        : `${href}<D:propstat><D:prop><lp1:resourcetype/><lp1:getcontentlength>${file.bytes.length}</lp1:getcontentlength>${modified}</D:prop>${statusLine(200)}</D:propstat>`
    }),
  )
}

function multistatus(response: ServerResponse, responses: readonly string[]): void {
  const body = `<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">${responses
    .map((each) => `\n<D:response xmlns:lp1="DAV:">${each}</D:response>`)
    .join('')}\n</D:multistatus>\n`
  const headers = { 'content-type': 'text/xml; charset="utf-8"', 'content-length': Buffer.byteLength(body) }
  response.writeHead(207, headers).end(body)
}

function statusLine(status: number): string {
  return `<D:status>HTTP/1.1 ${status} something</D:status>`
}

async function put({ request, response, tree, path, fault }: Exchange, invite: () => void): Promise<void> {
  const length = request.headers['content-length']
  if (length === undefined && tree.oddities.wantsLength === true) throw new Refusal(411, 'how long is it?')
  const file = tree.begin(path)
  invite()
  for await (const part of request) {
    if (length !== undefined || tree.oddities.losesChunked !== true) tree.append(file, part as Buffer)
    if (fault?.kind === 'truncate' && file.bytes.length >= fault.bytes)
      return void request.socket.resetAndDestroy()
  }
  if (fault?.kind === 'store-less') file.bytes = file.bytes.subarray(0, -1)
  response.writeHead(201).end()
}

async function get({ request, response, tree, path, fault }: Exchange): Promise<void> {
  const bytes = tree.files.get(path)?.bytes
  if (bytes === undefined) throw new Refusal(tree.collections.has(path) ? 403 : 404, 'no file is there')
  const asked =
    tree.oddities.ignoresRanges === true ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const start = Number(asked?.[1] ?? 0)
  const last = Math.min(asked?.[2] ? Number(asked[2]) : Infinity, bytes.length - 1)
  if (asked !== null && start >= bytes.length) {
    throw new Refusal(416, 'nothing is there', { 'content-range': `bytes */${bytes.length}` })
  }
  const part = bytes.subarray(start, last + 1)
  const endless = tree.oddities.closesAtEnd === true
  if (endless) response.removeHeader('transfer-encoding')
  response.writeHead(asked === null ? 200 : 206, {
    ...(endless ? { connection: 'close' } : { 'content-length': String(part.length) }),
    ...(asked === null ? {} : { 'content-range': `bytes ${start}-${last}/${bytes.length}` }),
  })
  const end = fault?.kind === 'truncate' ? fault.bytes : part.length
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < end; at += 60_001) yield part.subarray(at, Math.min(at + 60_001, end))
    if (end < part.length && !endless) request.socket.destroy()
  }
  await pipeline(Readable.from(pieces()), response).catch(() => undefined) // the reader may have left
}

async function move({ request, response, tree, path, prefix }: Exchange): Promise<void> {
  const { destination = '', overwrite, host } = request.headers
  const start = `http://${host}${prefix}/`
  if (!String(destination).startsWith(start)) throw new Refusal(502, 'Destination is on another server')
  const target = `/${decodeURIComponent(String(destination).slice(start.length))}`
  const replaced = await tree.move(path, target, overwrite !== 'F')
  response.writeHead(replaced ? 204 : 201).end()
}

/** As Apache does: a page; and what is still on its way is not waited for. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message, headers }: Refusal,
): void {
  const page = `<html><head><title>${status}</title></head><body><h1>${status}</h1><p>${message}</p></body></html>`
  const ended = request.headers['transfer-encoding'] === undefined || request.complete
  response
    .writeHead(status, {
      'content-length': Buffer.byteLength(page),
      ...headers,
      ...(ended ? {} : { connection: 'close' }),
    })
    .end(page)
}
