import {
  ClientError,
  describeFile,
  gatherChunks,
  peekHeader,
  sameBytes,
  translating,
  type ByteSource,
  type FileInfo,
  type FileKey,
  type WriteOptions,
} from '@ltx/client-core'
import { stageFile, systemErrorCode, type StagedFile } from '@ltx/env'
import { formatFileName } from '@ltx/format'
import { BlockWriter } from './block-writer.ts'
import { giveToOwner } from './connect.ts'
import { diagnose } from './errors.ts'
import type { FileSettings } from './options.ts'
import { readRange } from './read.ts'

/** Smaller chunks are gathered. */
const WRITE_BYTES = 256 * 1024

/**
 * Writes a file under a temporary name, makes it durable with its header's time, and links it to its name: whole or not at all, and
 * never over another writer's file. `prepare` makes the level's directory; it is called once there is a header to store.
 */
export async function writeReplicaFile(
  settings: FileSettings,
  file: FileKey,
  source: ByteSource,
  options: WriteOptions,
  prepare: () => Promise<string>,
): Promise<FileInfo> {
  const { signal } = options
  const what = `write ${describeFile(file)}`
  await using peeked = await peekHeader(file, source, signal)
  const directory = await translating(what, diagnose, signal, prepare)
  const name = formatFileName(file.minTXID, file.maxTXID)
  const mtimeMs = peeked.header.timestampMs
  const staging = { publish: 'link', mode: settings.mode, mtimeMs } as const
  await using staged = await translating(what, diagnose, signal, () =>
    stageFile(settings.env, directory, name, staging),
  )
  await giveToOwner(settings, staged.temporaryPath)
  const writer = new BlockWriter(staged)
  for await (const chunk of gatherChunks(peeked.body, WRITE_BYTES)) {
    await translating(what, diagnose, signal, () => writer.write(chunk))
  }
  await translating(what, diagnose, signal, () => writer.end())
  await translating(what, diagnose, signal, () => publish(settings, file, staged, `${directory}/${name}`))
  return { ...pick(file), size: staged.bytesWritten, createdAtMs: mtimeMs }
}

/** `EEXIST` is success when the file that was faster has the same bytes: it may be our own, before a reply got lost. */
async function publish(
  { env }: FileSettings,
  file: FileKey,
  staged: StagedFile,
  path: string,
): Promise<void> {
  try {
    await staged.commit()
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
    if (!(await sameBytes(readRange(env.files, path), readRange(env.files, staged.temporaryPath)))) {
      throw new ClientError(
        'CLIENT_EXISTS',
        `${describeFile(file)} is there already, with other bytes: does another process replicate to this path?`,
        { cause: error },
      )
    }
    await env.files.syncDirectory(path.slice(0, path.lastIndexOf('/'))) // its writer may have died before this
  }
}

function pick({ level, minTXID, maxTXID }: FileKey): FileKey {
  return { level, minTXID, maxTXID }
}
