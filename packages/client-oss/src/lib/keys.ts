import { formatReplicaPath, levelDirectory, parseReplicaPath, type FileKey } from '@ltx/client-core'
import type { OssSettings } from './options.ts'

type Place = Pick<OssSettings, 'root'>

/** `<path>/<level as four hex digits>/<min>-<max>.ltx`. */
export function objectKey({ root }: Place, file: FileKey): string {
  return `${root}${formatReplicaPath('hex', file)}`
}

/** What all keys of a level begin with. */
export function levelPrefix({ root }: Place, level: number): string {
  return `${root}${levelDirectory('hex', level)}/`
}

/** The file that a key names; `null` for what is none of this replica's files. */
export function parseObjectKey({ root }: Place, key: string): FileKey | null {
  return key.startsWith(root) ? parseReplicaPath('hex', key.slice(root.length)) : null
}
