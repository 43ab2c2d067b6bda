import type { FileInfo, FileKey, ReplicaClient } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { SeededRandom } from '@ltx/env/sim'
import { fileInfo } from './file-infos.ts'

export interface Watched {
  readonly client: ReplicaClient
  readonly files: FileInfo[]
  readonly contents: Map<FileInfo, Uint8Array>
  /** Requests under way, and the most there were. */
  open: number
  openMax: number
}

/** Files of the given sizes, read in odd chunks by a client that counts. */
export function watchedClient(sizes: readonly number[]): Watched {
  const random = new SeededRandom(1)
  const client = memoryClient()
  const watched: Watched = { client, files: [], contents: new Map(), open: 0, openMax: 0 }
  for (const [index, size] of sizes.entries()) {
    const file = { ...fileInfo(0, index + 1, index + 1), size }
    const bytes = Uint8Array.from({ length: size }, () => random.below(256))
    client.storage.put(file, bytes)
    watched.files.push(file)
    watched.contents.set(file, bytes)
  }
  const readFile = client.readFile.bind(client)
  client.readFile = async function* (file: FileKey, options) {
    watched.open++
    watched.openMax = Math.max(watched.openMax, watched.open)
    try {
      for await (const chunk of readFile(file, options)) {
        for (let at = 0; at < chunk.length; at += 77) yield chunk.slice(at, at + 77)
      }
    } finally {
      watched.open--
    }
  }
  return watched
}
