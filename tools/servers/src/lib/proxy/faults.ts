/** `up`: from the client to the server. */
export type Direction = 'up' | 'down'

/** `reset`: the peer sees ECONNRESET. `end`: it sees an orderly end, as if all had been said. */
export type CutStyle = 'reset' | 'end'

/** What a {@link FaultProxy} does to the bytes. Plain data; an empty object lets everything through. */
export interface Faults {
  /** Every byte arrives so much later, in each direction: a round trip takes twice as long. */
  readonly latencyMs?: number
  /** Up to so much is added to the latency, anew for each chunk; the order stays. */
  readonly jitterMs?: number
  /** Of each connection, in each direction. */
  readonly bytesPerSecond?: number
  /** Ends a connection once so many bytes have passed since the faults were set. */
  readonly cut?: { readonly direction: Direction; readonly afterBytes: number; readonly how: CutStyle }
  /** Bytes go in and do not come out; nobody is told, not even of an end. */
  readonly blackHole?: Direction | 'both'
  /** Inverts the lowest bit of the byte at this place, counted on each connection since the faults were set. */
  readonly flip?: { readonly direction: Direction; readonly atByte: number }
  /** After so many cuts and flips all faults are lifted. Absent: never. */
  readonly times?: number
}

/** All since the proxy was started. */
export interface ProxyCounts {
  connections: number
  openConnections: number
  bytesUp: number
  bytesDown: number
  cuts: number
  /** Connections that `killAll` or `refuse` ended. */
  kills: number
  flips: number
}
