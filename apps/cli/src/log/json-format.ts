import { describeError } from '../program/errors.ts'
import { formatLocal } from '../text/rfc3339.ts'
import type { LogRecord } from './line-format.ts'

interface JsonObject {
  [name: string]: string | number | boolean | null | JsonObject
}

/** Members that every line has. */
const OWN: ReadonlySet<string> = new Set(['time', 'level', 'source', 'msg'])

/**
 * One JSON object: time, level, msg, then the fields; `txid.min` becomes an object `txid` with a member `min`. A field that is called like
 * a member of every line, such as the level of an LTX file, is in an object `field`: it must not stand for the severity.
 */
export function jsonLine({ timestampMs, level, message, source, fields }: LogRecord): string {
  const line: JsonObject = { time: formatLocal(timestampMs), level: level.toUpperCase() }
  if (source !== undefined) line['source'] = { ...source }
  line['msg'] = message
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const names = name.split('.')
    const path = OWN.has(names[0] ?? '') ? ['field', ...names] : names
    place(line, path, value instanceof Error ? describeError(value) : value)
  }
  return JSON.stringify(line)
}

function place(object: JsonObject, names: readonly string[], value: string | number | boolean | null): void {
  const [name = '', ...rest] = names
  if (rest.length === 0) {
    object[name] = value
    return
  }
  const inner = object[name]
  const group = typeof inner === 'object' && inner !== null ? inner : {}
  object[name] = group
  place(group, rest, value)
}
