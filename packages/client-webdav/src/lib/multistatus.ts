import { parseMultistatus } from './connect.ts'
import { WebdavResponseError } from './errors.ts'

/** What a collection has, or is. */
export interface Entry {
  /** Last part of its path, decoded. */
  readonly name: string
  /** Parts of its path: fewest for the collection that was asked about. */
  readonly depth: number
  readonly isCollection: boolean
  /** Bytes; `null` where the server does not say. */
  readonly size: number | null
  /** In ms since the epoch; `null` where the server does not say. */
  readonly modifiedAtMs: number | null
}

interface Response {
  readonly href?: unknown
  readonly status?: unknown
  readonly propstat?: { readonly status?: unknown; readonly prop?: Readonly<Record<string, unknown>> }
}

/**
 * Reads the answer to PROPFIND. What has vanished meanwhile is left out; what the server cannot tell is a failure: a listing that
 * leaves out a file in silence is the worst there is.
 *
 * @throws {WebdavResponseError} for what the server says it could not describe
 */
export async function parseEntries(text: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for (const response of await parseResponses(text)) {
    const status = statusOf(response.status)
    if (status === 404) continue
    if (status !== null && status >= 300)
      throw new WebdavResponseError(status, 'PROPFIND', 'about a part of it')
    entries.push(entryOf(response))
  }
  return entries
}

/** The first failure in a 207 that answers something else than PROPFIND; `null`: none. */
export async function failureIn(text: string): Promise<number | null> {
  for (const response of await parseResponses(text)) {
    for (const each of [response.status, response.propstat?.status]) {
      const status = statusOf(each)
      if (status !== null && status >= 300) return status
    }
  }
  return null
}

async function parseResponses(text: string): Promise<readonly Response[]> {
  const responses = (await parseMultistatus(text)) as readonly (Response | undefined)[]
  return responses.filter((each) => each !== undefined)
}

function entryOf({ href, propstat }: Response): Entry {
  const parts = partsOf(href)
  const found = (statusOf(propstat?.status) ?? 200) < 300
  const prop = found && typeof propstat?.prop === 'object' ? propstat.prop : {}
  const { getcontentlength, getlastmodified, resourcetype } = prop as Record<string, unknown>
  const isCollection =
    typeof resourcetype === 'object' && resourcetype !== null && 'collection' in resourcetype
  const size = Number(textIn(getcontentlength) || NaN)
  const modifiedAtMs = Date.parse(textIn(getlastmodified))
  return {
    name: parts.at(-1) ?? '',
    depth: parts.length,
    isCollection,
    size: Number.isSafeInteger(size) && size >= 0 ? size : null,
    modifiedAtMs: Number.isNaN(modifiedAtMs) ? null : modifiedAtMs,
  }
}

/** Of an absolute path or a whole URL, decoded. */
export function partsOf(href: unknown): string[] {
  const path = textIn(href).replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part)
      } catch {
        return part
      }
    })
}

/** Of an element, with or without attributes; numbers are parsed by the library. */
function textIn(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (typeof value === 'object' && value !== null && 'text' in value) return textIn(value.text)
  return ''
}

/** `HTTP/1.1 200 OK` */
function statusOf(line: unknown): number | null {
  const status = /^HTTP\/\S+\s+(\d{3})/i.exec(textIn(line))?.[1]
  return status === undefined ? null : Number(status)
}
