import { describeError } from '../program/errors.ts'
import { goQuote, isPrintable } from '../text/go-quote.ts'
import { formatLocal } from '../text/rfc3339.ts'
import type { LogRecord } from './line-format.ts'

/** `time=… level=… msg=… key=value …`, as Go's slog writes text. */
export function textLine({ timestampMs, level, message, source, fields }: LogRecord): string {
  const place = source === undefined ? '' : ` source=${quotedIfNeeded(`${source.file}:${source.line}`)}`
  const head = `time=${formatLocal(timestampMs)} level=${level.toUpperCase()}${place} msg=${quotedIfNeeded(message)}`
  return head + fieldsText(fields)
}

/** Fields as ` key=value …`, starting with a space; undefined ones are left out. */
export function fieldsText(
  fields: LogRecord['fields'],
  key: (name: string) => string = (name) => name,
): string {
  let text = ''
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const shown = value instanceof Error ? describeError(value) : value === null ? '<nil>' : String(value)
    text += ` ${key(quotedIfNeeded(name))}=${quotedIfNeeded(shown)}`
  }
  return text
}

function quotedIfNeeded(text: string): string {
  if (text === '' || /[\s="]/.test(text)) return goQuote(text)
  for (const character of text) {
    if (!isPrintable(character)) return goQuote(text)
  }
  return text
}
