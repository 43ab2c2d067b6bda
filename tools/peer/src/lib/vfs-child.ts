// Started by query-vfs.ts: `node vfs-child.ts LIBRARY SQL` prints the rows as one line of JSON.
import { DatabaseSync } from 'node:sqlite'

const [library = '', sql = ''] = process.argv.slice(2)
const loader = new DatabaseSync(':memory:', { allowExtension: true }) // stays open: it owns the extension
loader.loadExtension(library, 'sqlite3_litestreamvfs_init')
const database = new DatabaseSync(new URL('file:///replica.db?vfs=litestream'), { readOnly: true })
const rows = database.prepare(sql).all()
process.stdout.write(`${JSON.stringify(rows)}\n`, () => process.exit(0))
