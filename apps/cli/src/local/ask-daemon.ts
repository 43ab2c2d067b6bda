import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { folderId, readLife } from './life-record.ts'

/** A daemon that takes a connection and gives no answer is alive, and busy. */
const ANSWER_MS_MAX = 2000

/**
 * Whether a daemon that is alive follows the database of this state folder; for one that sleeps, whose folder nobody has locked. A record
 * of one that died, however it did, means nothing: nobody listens at its socket any more.
 */
export async function isFollowedBySomebody(metaPath: string): Promise<boolean> {
  const record = readLife(metaPath)
  if (record === null) return false
  const connection = connect(record.socket)
  let isConnected = false
  connection.once('connect', () => {
    isConnected = true
    connection.end(`${JSON.stringify({ database: record.database, folder: folderId(metaPath) })}\n`)
  })
  const timer = setTimeout(() => connection.destroy(new Error('no answer')), ANSWER_MS_MAX)
  try {
    return (await text(connection)).trim() !== 'no'
  } catch {
    return isConnected
  } finally {
    clearTimeout(timer)
    connection.destroy()
  }
}
