import type { FileInfo } from './replica-client.ts'

/** A whole listing as an array. For one level of a replica known to be of bearable size; prefer `for await`. */
export async function collectFiles(files: AsyncIterable<FileInfo>): Promise<FileInfo[]> {
  const collected: FileInfo[] = []
  for await (const file of files) collected.push(file)
  return collected
}
