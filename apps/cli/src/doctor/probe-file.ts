import type { FileKey } from '@ltx/client-core'
import type { Random } from '@ltx/env'
import { createHeader, FileEncoder, type Txid } from '@ltx/format'

const PAGE_SIZE = 65_536

/** An LTX file made for a check. */
export interface ProbeFile {
  readonly key: FileKey
  readonly bytes: Uint8Array
  readonly timestampMs: number
}

/** A sound LTX file at level 0 of about so many bytes, at least one page. Its pages are noise, which does not compress. */
export function probeFile(
  txid: Txid,
  bytesMin: number,
  timestampMs: number,
  random: Pick<Random, 'hex'>,
): ProbeFile {
  const commit = Math.max(1, Math.ceil(bytesMin / PAGE_SIZE))
  const encoder = new FileEncoder(
    createHeader({ pageSize: PAGE_SIZE, commit, minTXID: txid, maxTXID: txid, timestampMs }),
  )
  for (let pageNumber = 1; pageNumber <= commit; pageNumber++) {
    encoder.writePage(pageNumber, Buffer.from(random.hex(PAGE_SIZE), 'hex'))
  }
  encoder.finish()
  return { key: { level: 0, minTXID: txid, maxTXID: txid }, bytes: encoder.take(), timestampMs }
}
