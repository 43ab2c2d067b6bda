import { parentPort, workerData } from 'node:worker_threads'
import type { LogFields, Logger, LogLevel } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { KeptDescriptors } from './lib/follow/kept-descriptors.ts'
import type { SqliteDriver } from './lib/sqlite/sqlite-driver.ts'
import { FollowerHost } from './lib/worker/follower-host.ts'
import { toPlainError } from './lib/worker/plain-error.ts'
import type {
  WorkerEnd,
  WorkerForget,
  WorkerReply,
  WorkerRequest,
  WorkerStart,
} from './lib/worker/worker-messages.ts'

// The entry of a worker thread. A door only so that the built package finds it.

const port = parentPort
if (port !== null) {
  const { driver, embedded } = workerData as WorkerStart
  const send = (reply: WorkerReply): void => port.postMessage(reply)
  const env = nodeEnv({ logger: portLogger(send, {}) })
  const kept = embedded ? new KeptDescriptors(env.blockingFiles) : null
  try {
    const host = new FollowerHost(env, await loadDriver(driver), kept)
    port.on('message', (request: WorkerRequest | WorkerForget | WorkerEnd) => {
      if (request.kind === 'end') port.close()
      else if (request.kind === 'forget') host.forget(request.database)
      else void host.answer(request).then(send)
    })
  } catch (error) {
    send({ kind: 'failed', error: toPlainError(error) })
  }
}

async function loadDriver(name: WorkerStart['driver']): Promise<SqliteDriver> {
  if (name === 'node:sqlite') return (await import('./node-sqlite.ts')).nodeSqliteDriver()
  return (await import('./better-sqlite3.ts')).betterSqlite3Driver()
}

/** Log lines go to the main thread, whose logger knows where to print. */
function portLogger(send: (reply: WorkerReply) => void, fixed: LogFields): Logger {
  return {
    log(level: LogLevel, message: string, fields: LogFields = {}) {
      send({ kind: 'log', level, message, fields: { ...fixed, ...fields } })
    },
    with: (fields: LogFields) => portLogger(send, { ...fixed, ...fields }),
  }
}
