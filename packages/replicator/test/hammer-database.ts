import Sqlite from 'better-sqlite3'

/** What an application did to its database. */
export interface Hammered {
  readonly turns: number
  /** Its own checkpoints that moved frames which those before them could not. */
  readonly moved: number
}

/**
 * Everything an application may do to table `t`, from several connections, turn after turn until the returned function is called: commits
 * of 1 to 300 rows, rollbacks, checkpoints in all modes, VACUUM, growth and shrinking, connections that come and go.
 *
 * @param seed Of what it does, though not of when.
 * @returns What it has done so far; `end` ends it.
 */
export function hammerDatabase(path: string, seed: number): (end: boolean) => Hammered {
  const below = seeded(seed)
  const connections = [connect(path), connect(path), connect(path)]
  const done = { turns: 0, moved: 0 }
  let checkpointed = 0
  const turn = (): void => {
    const which = below(connections.length)
    const connection = connections[which]
    if (connection === undefined) return
    try {
      const answer = act(connection, below)
      if (answer !== null && answer > checkpointed) done.moved++
      checkpointed = answer ?? checkpointed
    } catch (error) {
      if (!String(error).includes('locked')) throw error
    }
    if (connection.inTransaction) connection.exec('ROLLBACK')
    if (below(40) === 0) {
      connection.close()
      connections[which] = connect(path)
    }
    done.turns++
    next = setTimeout(turn, below(3))
  }
  let next = setTimeout(turn, 0)
  return (end) => {
    if (end) {
      clearTimeout(next)
      for (const connection of connections) connection.close()
    }
    return done
  }
}

/** @returns frames of the WAL that are in the database file after a checkpoint; `null`: it was none. */
function act(connection: Sqlite.Database, below: (limit: number) => number): number | null {
  const part = 5 + below(60)
  const rest = below(part)
  switch (below(12)) {
    case 0:
    case 1:
    case 2:
      insert(connection, 1 + below(300), 100 + below(4000))
      break
    case 3:
    case 4:
      connection.exec(`UPDATE t SET data = randomblob(${100 + below(4000)}) WHERE id % ${part} = ${rest}`)
      break
    case 5:
      connection.exec(`DELETE FROM t WHERE id % ${part} = ${rest}`)
      break
    case 6:
      connection.exec(`BEGIN; UPDATE t SET data = randomblob(50) WHERE id % 3 = 0; ROLLBACK`)
      break
    case 7:
      if (below(4) === 0) connection.exec(`DELETE FROM t WHERE id % 3 = 0; VACUUM`)
      break
    default: {
      const mode = ['PASSIVE', 'PASSIVE', 'FULL', 'RESTART', 'TRUNCATE'][below(5)]
      const [row] = connection.pragma(`wal_checkpoint(${mode})`) as { checkpointed: number }[]
      return row?.checkpointed ?? null
    }
  }
  return null
}

function insert(connection: Sqlite.Database, rows: number, bytes: number): void {
  const statement = connection.prepare('INSERT INTO t (data) VALUES (randomblob(?))')
  connection.transaction(() => {
    for (let row = 0; row < rows; row++) statement.run(bytes)
  })()
}

function connect(path: string): Sqlite.Database {
  const connection = new Sqlite(path, { timeout: 50 })
  connection.pragma('wal_autocheckpoint=0')
  connection.pragma('synchronous=OFF')
  connection.pragma('cache_size=50') // transactions spill pages before they are committed
  return connection
}

/** Numbers from 0 to one less than a limit. */
export function seeded(seed: number): (limit: number) => number {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}
