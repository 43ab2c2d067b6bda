/* oxlint-disable no-underscore-dangle -- ssh2's server has no other doors to what these do */
import type { Connection, SFTPWrapper } from 'ssh2'

interface Socket {
  setNoDelay(on: boolean): void
  resetAndDestroy(): void
}

/** The connection below it. */
export function socketOf(connection: Connection): Socket {
  return (connection as unknown as { _sock: Socket })._sock
}

/** ssh2's server says nothing of extensions: the answer to INIT is ours, its state is as if it had sent it. */
export function announce(sftp: SFTPWrapper, extensions: readonly string[]): void {
  const inner = sftp as unknown as { push(data: Buffer | null): void; _version: number }
  const push = inner.push.bind(sftp)
  inner.push = (data) => {
    inner.push = push
    inner._version = 3
    send(
      sftp,
      Buffer.concat([
        Buffer.from([2]),
        word(3),
        ...extensions.flatMap((name) => [string(name), string(name.startsWith('statvfs') ? '2' : '1')]),
      ]),
    )
    if (data !== null && data.length > 9) throw new TypeError('INIT comes alone')
  }
}

/** A whole packet of SFTP. */
export function send(sftp: SFTPWrapper, packet: Buffer): void {
  const inner = sftp as unknown as {
    outgoing: { id: number }
    _protocol: { channelData(id: number, data: Buffer): void }
  }
  inner._protocol.channelData(inner.outgoing.id, Buffer.concat([word(packet.length), packet]))
}

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function string(text: string): Buffer {
  return Buffer.concat([word(Buffer.byteLength(text)), Buffer.from(text)])
}

/** Strings of the protocol, one after the other. */
export function stringsOf(data: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at + 4 <= data.length;) {
    const length = data.readUInt32BE(at)
    found.push(data.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return found
}

/** Ends a connection with one of SSH's reasons. */
export function disconnect(connection: Connection, reason: number): void {
  const inner = connection as unknown as { _protocol: { disconnect(reason: number): void } }
  inner._protocol.disconnect(reason)
}
