import { ClientError } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { NearFiles } from './near-files.ts'

/** What files and directories of the replica take over from the database, as Litestream does. */
export interface DatabaseOwnership {
  /** Permission bits of files; 0o600 when absent. */
  readonly mode?: number | undefined
  /** Permission bits of directories that have to be made; 0o700 when absent. */
  readonly directoryMode?: number | undefined
  /** Owner of both, given where the system lets us. Only together with `gid`. */
  readonly uid?: number | undefined
  readonly gid?: number | undefined
}

export interface FileClientOptions {
  /** The replica's root directory. Made at the first write. */
  readonly path: string
  readonly env: Env
  readonly database?: DatabaseOwnership | undefined
  /**
   * Small files may be looked at and read on this thread, as long as the disk is quick: for a program that has nothing else to do
   * meanwhile. One whose disk hangs hangs with it.
   */
  readonly mayBlock?: boolean | undefined
}

/** Options that were looked through. */
export interface FileSettings {
  readonly env: Env
  /** Without a slash at its end. */
  readonly root: string
  readonly mode: number
  readonly directoryMode: number
  readonly owner: { readonly uid: number; readonly gid: number } | null
  /** Only where we may block. */
  readonly near: NearFiles | null
}

const KNOWN: readonly string[] = ['path', 'env', 'database', 'mayBlock']
const KNOWN_OF_DATABASE: readonly string[] = ['mode', 'directoryMode', 'uid', 'gid']

/** @throws {ClientError} `CLIENT_BAD_OPTIONS` for an empty path, a mode out of range, a name nobody knows */
export function checkOptions(options: FileClientOptions): FileSettings {
  const database = options.database ?? {}
  refuseUnknown(options, KNOWN)
  refuseUnknown(database, KNOWN_OF_DATABASE)
  const { path, env } = options
  if (path === '') throw badOptions('the path is empty')
  if (path.includes('\0')) throw badOptions('the path has a zero byte')
  const { uid, gid } = database
  if ((uid === undefined) !== (gid === undefined)) throw badOptions('uid and gid go together')
  return {
    env,
    root: path.replace(/(?<=.)\/+$/, ''),
    mode: checkedMode(database.mode, 0o600),
    directoryMode: checkedMode(database.directoryMode, 0o700),
    owner: uid === undefined || gid === undefined ? null : { uid, gid },
    near: options.mayBlock === true ? new NearFiles(env) : null,
  }
}

function refuseUnknown(options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw badOptions(`there is no option ${JSON.stringify(name)}`)
  }
}

function checkedMode(mode: number | undefined, otherwise: number): number {
  if (mode === undefined) return otherwise
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777)
    throw badOptions(`mode ${mode} is not in 0..0o7777`)
  return mode
}

export function badOptions(detail: string): ClientError {
  return new ClientError('CLIENT_BAD_OPTIONS', `file client: ${detail}`)
}
