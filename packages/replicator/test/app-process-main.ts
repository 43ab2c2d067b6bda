import { createInterface } from 'node:readline'
import Sqlite from 'better-sqlite3'
import { hammerDatabase } from './hammer-database.ts'

// An application for tests: reads one order a line, answers one line. See app-process.ts. Ends when whoever started it has ended: a writer
// without a pause would fill the disk.

interface Order {
  readonly exec?: string
  readonly pragma?: string
  readonly write?: number
  readonly stop?: boolean
  readonly hammer?: number
  readonly rest?: boolean
}

const database = new Sqlite(process.argv[2] ?? '', { timeout: 5000 })
database.pragma('wal_autocheckpoint=0')
database.pragma('synchronous=OFF')
let writing: NodeJS.Timeout | null = null
let committed = 0
let hammered: (end: boolean) => unknown = () => null

function follow(order: Order): unknown {
  if (order.exec !== undefined) database.exec(order.exec)
  if (order.pragma !== undefined) return database.pragma(order.pragma)
  if (order.write !== undefined) write(order.write)
  if (order.hammer !== undefined) hammered = hammerDatabase(database.name, order.hammer)
  if (order.rest !== undefined) return hammered(order.rest)
  if (order.stop === true) {
    if (writing !== null) clearTimeout(writing)
    writing = null
    return committed
  }
  return null
}

function write(bytes: number): void {
  const insert = database.prepare('INSERT INTO t (data) VALUES (randomblob(?))')
  const again = (): void => {
    for (let count = 0; count < 20; count++) insert.run(bytes)
    committed += 20
    writing = setTimeout(again, 0)
  }
  writing = setTimeout(again, 0)
}

const orders = createInterface(process.stdin)
orders.on('close', () => process.exit())
orders.on('line', (line) => {
  try {
    process.stdout.write(`${JSON.stringify({ result: follow(JSON.parse(line) as Order) })}\n`)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`)
  }
})
