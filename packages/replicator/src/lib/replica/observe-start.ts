import type { CallOptions } from '@ltx/client-core'
import { compareWithStored, type IdentityComponents } from './identity.ts'
import type { LocalCopy, LocalFilesPort } from './local-files-port.ts'
import { imageBeside, newestCommon, type StartFacts, type TxidRange } from './plan-start.ts'
import type { RemoteFiles } from './remote-files.ts'

export interface StartComponents extends IdentityComponents {
  readonly local: LocalFilesPort
  readonly remote: RemoteFiles
}

/**
 * Gathers what {@link planStart} decides from: one ranged read, or two while the file beside the first image is the newest that
 * both sides have: it can be equal where the images are not.
 *
 * @throws {ClientError} when the storage does not answer: nothing may be decided then
 */
export async function observeStart(
  components: StartComponents,
  options: CallOptions = {},
): Promise<StartFacts> {
  const run = newestRun(await components.local.list())
  const { levels } = components.remote
  const local = rangeOf(run)
  const common = local === null ? null : newestCommon(local, levels)
  const copy = run.find(({ txid }) => txid === common?.maxTXID)
  if (common === null || copy === undefined) return { local, levels, identity: 'unknown' }
  const identity = await compareWithStored(components, copy, common, options)
  const [image, storedImage] = [run[0], imageBeside(common, levels)]
  if (identity !== 'same' || image?.txid !== 1n || storedImage === null) return { local, levels, identity }
  const ofImage = await compareWithStored(components, image, storedImage, options)
  return { local, levels, identity: ofImage === 'different' ? ofImage : identity }
}

/** The newest files without a hole between them; what is older than a hole is of no use. */
function newestRun(copies: readonly LocalCopy[]): readonly LocalCopy[] {
  const hole = copies.findLastIndex(({ txid }, index) => index > 0 && copies[index - 1]?.txid !== txid - 1n)
  return copies.slice(Math.max(0, hole))
}

function rangeOf(run: readonly LocalCopy[]): TxidRange | null {
  const [first, last] = [run[0], run.at(-1)]
  return first === undefined || last === undefined ? null : { min: first.txid, max: last.txid }
}
