import path from 'node:path'

/** The command line of one of our child programs. */
export function childProgram(
  file:
    | 'latency-writer.ts'
    | 'commit-writer.ts'
    | 'bulk-writer.ts'
    | 'checkpointing-writer.ts'
    | 'paced-writer.ts',
  ...words: readonly (string | number)[]
): string[] {
  return [process.execPath, path.join(import.meta.dirname, '../programs', file), ...words.map(String)]
}
