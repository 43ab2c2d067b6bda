import { resolve } from 'node:path'
import { ControlServer } from '../control/control-server.ts'
import { newDatabase } from '../control/new-database.ts'
import type { Engine, ReplicateJob } from './run-replicator.ts'

/** The control socket, where the configuration asks for one. Without it replication goes on, and an error is logged. */
export async function openControl(
  { config, env, io, logger, once }: ReplicateJob,
  { databases, troubles, monitoring }: Engine,
): Promise<ControlServer | null> {
  const socket = config.root.section('socket')
  if (!socket.isOn('enabled')) return null
  const path = socket.text('path')
  const context = {
    databases,
    troubles,
    newDatabase: (database: string, url: string) =>
      newDatabase(database, url, { config, env, io, monitoring }),
    isContinuous: once === null,
    io,
    startedAtMs: Date.now(),
    nowMs: () => Date.now(),
  }
  try {
    return await ControlServer.open({
      path: path === '' ? '' : resolve(io.workingDirectory, path),
      permissions: Number(socket.value('permissions')),
      context,
      logger,
    })
  } catch (error) {
    logger.log('error', 'no control socket; replication goes on without it', {
      path,
      error: error instanceof Error ? error : String(error),
    })
    return null
  }
}
