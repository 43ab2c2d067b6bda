import type { LogLevel } from '@ltx/env'
import { formatLocal } from '../text/rfc3339.ts'
import type { LineFormat } from './line-format.ts'
import { fieldsText } from './text-format.ts'

const SHORT: Readonly<Record<LogLevel, string>> = {
  trace: 'TRACE',
  debug: 'DBG',
  info: 'INF',
  warn: 'WRN',
  error: 'ERR',
}
const COLOUR: Readonly<Record<LogLevel, string>> = {
  trace: '',
  debug: '',
  info: '92',
  warn: '93',
  error: '91',
}

/** `HH:MM:SS LVL message key=value …` for people; with colours on a terminal. */
export function prettyFormat(colours: boolean): LineFormat {
  const paint = (code: string, text: string): string =>
    colours && code !== '' ? `\u001b[${code}m${text}\u001b[0m` : text
  return ({ timestampMs, level, message, source, fields }) => {
    const time = paint('2', formatLocal(timestampMs).slice(11, 19))
    const shown = message.replaceAll(/\p{C}/gu, ' ')
    const place = source === undefined ? '' : `${paint('2', `${source.file}:${source.line}`)} `
    return `${time} ${paint(COLOUR[level], SHORT[level])} ${place}${shown}${fieldsText(fields, (name) => paint('2', name))}`
  }
}
