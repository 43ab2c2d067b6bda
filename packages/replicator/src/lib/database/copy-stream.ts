import { stageFile, type Env } from '@ltx/env'
import { formatFileName, type Txid } from '@ltx/format'
import type { FileOwner } from './file-owner.ts'

/** Stages a whole LTX file that comes as a stream, as durable as those written page by page. */
export async function copyStream(
  env: Env,
  directory: string,
  name: { readonly minTXID: Txid; readonly maxTXID: Txid; readonly timestampMs: number },
  owner: FileOwner,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly path: string; readonly bytes: number }> {
  const fileName = formatFileName(name.minTXID, name.maxTXID)
  await using staged = await stageFile(env, directory, fileName, {
    mode: owner.mode,
    owner,
    mtimeMs: name.timestampMs,
  })
  for await (const chunk of chunks) await staged.write(chunk)
  await staged.commit()
  return { path: `${directory}/${fileName}`, bytes: staged.bytesWritten }
}
