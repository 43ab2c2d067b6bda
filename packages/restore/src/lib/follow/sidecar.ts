import { type Env, stageFile } from '@ltx/env'
import { formatTxid, parseTxid, type Txid } from '@ltx/format'
import type { OutputPath } from '../output-path.ts'

/** Litestream's name for the file that says where a followed copy stands. */
export const SIDECAR_SUFFIX = '-txid'

/** 16 digits, and what an editor may have put around them. */
const BYTES_MAX = 64

/** What the file beside a followed copy says. */
export type Sidecar =
  | { readonly kind: 'txid'; readonly txid: Txid }
  | { readonly kind: 'missing' }
  | { readonly kind: 'bad'; readonly text: string }

export async function readSidecar({ files }: Pick<Env, 'files'>, output: OutputPath): Promise<Sidecar> {
  const path = output.path + SIDECAR_SUFFIX
  if ((await files.stat(path)) === null) return { kind: 'missing' }
  await using handle = await files.open(path, 'read')
  const bytes = new Uint8Array(BYTES_MAX)
  const length = await handle.read(bytes, 0)
  const text = new TextDecoder().decode(bytes.subarray(0, length)).trim()
  const txid = parseTxid(text.toLowerCase())
  return txid === null ? { kind: 'bad', text } : { kind: 'txid', txid }
}

/** Durable, and never half written: 16 hex digits and a line feed, as Litestream has it. */
export async function writeSidecar(env: Env, output: OutputPath, txid: Txid): Promise<void> {
  const name = output.name + SIDECAR_SUFFIX
  await using staged = await stageFile(env, output.directory, name, { mode: 0o644 })
  await staged.write(new TextEncoder().encode(`${formatTxid(txid)}\n`))
  await staged.commit()
}
