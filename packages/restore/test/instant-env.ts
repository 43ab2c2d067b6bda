import { type SimEnv, simEnv } from '@ltx/env/sim'

/** A simulated world in which every wait is over at once. */
export function instantEnv(seed: number = 1): SimEnv {
  return makeInstant(simEnv({ seed }))
}

/** The same of a world that is there: of one that was started again, say. */
export function makeInstant(env: SimEnv): SimEnv {
  env.clock.sleep = async (_delayMs, options) => {
    options?.signal?.throwIfAborted()
    await Promise.resolve()
  }
  return env
}

/** A whole file of that world. */
export async function contentOf(env: SimEnv, path: string): Promise<Uint8Array> {
  await using handle = await env.files.open(path, 'read')
  const bytes = new Uint8Array((await handle.stat()).size)
  await handle.read(bytes, 0)
  return bytes
}

/** Makes a file of that world, durably. */
export async function putContent(env: SimEnv, path: string, bytes: Uint8Array): Promise<void> {
  await env.files.makeDirectory(path.slice(0, path.lastIndexOf('/')))
  await using handle = await env.files.open(path, 'create', { mode: 0o640 })
  await handle.write(bytes, 0)
  await handle.sync()
  await env.files.syncDirectory(path.slice(0, path.lastIndexOf('/')))
}
