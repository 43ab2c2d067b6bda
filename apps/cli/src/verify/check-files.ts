import { type FileInfo, isClientError, type ReplicaClient } from '@ltx/client-core'
import { verifyFile } from '@ltx/format'
import { fileLabel, type RestoreProgress } from '@ltx/restore'
import { describeError } from '../program/errors.ts'
import { counted } from '../text/counted.ts'
import { humanSize } from '../text/human-size.ts'

export interface FilesToCheck {
  readonly client: ReplicaClient
  readonly files: readonly FileInfo[]
  readonly onProgress: (event: RestoreProgress) => void
  readonly signal: AbortSignal
}

/** Broken files that the message names. */
const NAMED_MAX = 3

/**
 * Reads files to their end: checksum, index, and that they are what their names say. One that is gone meanwhile is none of a replica
 * that lives: its writer compacts and deletes.
 *
 * @returns what was seen
 * @throws Error that names the broken ones
 */
export async function checkFiles({ client, files, onProgress, signal }: FilesToCheck): Promise<string> {
  const broken: string[] = []
  let [gone, bytesDone] = [0, 0]
  const bytesTotal = files.reduce((sum, file) => sum + file.size, 0)
  for (const file of files) {
    onProgress({ phase: 'check', bytesDone, bytesTotal, pagesWritten: 0 })
    try {
      await checkFile(client, file, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (isClientError(error, 'CLIENT_NOT_FOUND') && !(await isListed(client, file, signal))) gone++
      else broken.push(`${fileLabel(file)}: ${describeError(error)}`)
    }
    bytesDone += file.size
  }
  if (broken.length === 0) {
    const without = gone > 0 ? `, ${gone} deleted meanwhile` : ''
    return `${counted(files.length - gone, 'file')} of ${humanSize(bytesTotal)} sound${without}`
  }
  const more = broken.length > NAMED_MAX ? `; and ${broken.length - NAMED_MAX} more` : ''
  throw new Error(broken.slice(0, NAMED_MAX).join('; ') + more)
}

async function checkFile(client: ReplicaClient, file: FileInfo, signal: AbortSignal): Promise<void> {
  const { header, bytes } = await verifyFile(client.readFile(file, { signal }))
  if (header.minTXID !== file.minTXID || header.maxTXID !== file.maxTXID) {
    throw new Error('it holds other transactions than its name says')
  }
  if (bytes !== file.size) throw new Error(`it has ${bytes} bytes, and is listed with ${file.size}`)
}

async function isListed(client: ReplicaClient, file: FileInfo, signal: AbortSignal): Promise<boolean> {
  for await (const each of client.listFiles(file.level, { from: file.minTXID, signal })) {
    if (each.minTXID > file.minTXID) return false
    if (each.maxTXID === file.maxTXID) return true
  }
  return false
}
