import { posix } from 'node:path'
import type { ReplicaClient } from '@ltx/client-core'
import type { ConformanceSubject } from '@ltx/client-core/conformance'
import type { Files } from '@ltx/env'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { fileClient } from '../src/index.ts'

const CODES = { denied: 'EACCES', busy: 'EMFILE', unreachable: 'ESTALE' } as const

/** The file client on simulated files. Failures are provoked wherever the next call would touch the disk. */
export function simSubject(): ConformanceSubject {
  const worlds = new WeakMap<ReplicaClient, SimEnv>()
  /** The code that the next call to the files of a world fails with. */
  const failing = new Map<SimEnv, string>()
  const root = '/backup/replica'
  const make = (env: SimEnv): ReplicaClient => {
    const client = fileClient({ path: root, env: { ...env, files: failingOnce(env, failing) } })
    worlds.set(client, env)
    return client
  }
  const worldOf = (client: ReplicaClient): SimEnv => {
    const env = worlds.get(client)
    if (env === undefined) throw new TypeError('not a client of this subject')
    return env
  }
  return {
    create: async () => make(simEnv({ seed: 1 })),
    another: async (client) => make(worldOf(client)),
    async putForeign(client, path, bytes) {
      const { files } = worldOf(client)
      await files.makeDirectory(posix.dirname(`${root}/${path}`))
      await using handle = await files.open(`${root}/${path}`, 'create')
      await handle.write(bytes, 0)
    },
    hasForeign: async (client, path) => (await worldOf(client).files.stat(`${root}/${path}`)) !== null,
    failNext: async (client, failure) => void failing.set(worldOf(client), CODES[failure]),
    lacks: {
      'earliest-timestamps': 'a file has no metadata',
      'counted-listings': 'a directory is read at once',
    },
  }
}

/** The files of a world, whose next call fails when one is ordered, whatever call it is. */
function failingOnce(env: SimEnv, failing: Map<SimEnv, string>): Files {
  return new Proxy<Files>(env.files, {
    get(files, name) {
      const method: unknown = Reflect.get(files, name)
      if (typeof method !== 'function') return method
      return async (...values: unknown[]): Promise<unknown> => {
        const code = failing.get(env)
        if (!failing.delete(env)) return await Reflect.apply(method, files, values)
        throw Object.assign(new Error(`${code}: provoked, ${String(name)}`), { code })
      }
    },
  })
}
