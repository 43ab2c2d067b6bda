import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Running, startCommand } from './process.ts'

/** A daemon in a process of its own that replicates what is and comes below `data` to `replica`, both in `directory`. */
export async function watchingDaemon(directory: string): Promise<Running> {
  const entry = '{dir: data, pattern: "*.db", recursive: true, watch: true, replica: {path: replica}}'
  await writeFile(join(directory, 'litestream.yml'), `dbs: [${entry}]\n`)
  const running = startCommand(['replicate', '-config', 'litestream.yml'], { directory })
  await running.says('msg=replicating').catch(() => {})
  return running
}

/** Errors in the log. */
export function problemsOf({ output }: Running): string[] {
  return output.stdout.split('\n').filter((line) => line.includes('level=ERROR'))
}
