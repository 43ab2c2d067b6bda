import { createHeader, type Header } from '@ltx/format'
import { CompactorError } from './errors.ts'

/** Fields of the result that a caller may set. */
export type HeaderOverrides = Partial<Pick<Header, 'minTXID' | 'maxTXID' | 'timestampMs'>>

/**
 * The result starts where the first input starts and is otherwise as the last one leaves the database: its size, and its time,
 * so that a restore to a point in time never hands out later data. Database checksums are not tracked, and it comes from no
 * one place of a WAL.
 *
 * @throws {CompactorError} `COMPACT_EMPTY`
 * @throws {FormatError} `LTX_BAD_FIELD` for overrides that cannot be.
 */
export function mergedHeader(first: Header, last: Header, overrides: HeaderOverrides = {}): Header {
  if (last.commit === 0) {
    throw new CompactorError('COMPACT_EMPTY', null, 'the last input leaves a database without pages')
  }
  return createHeader({
    pageSize: first.pageSize,
    commit: last.commit,
    minTXID: overrides.minTXID ?? first.minTXID,
    maxTXID: overrides.maxTXID ?? last.maxTXID,
    timestampMs: overrides.timestampMs ?? last.timestampMs,
  })
}
