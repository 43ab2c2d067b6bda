// Started by small-servers.ts: `node child-server.ts PORT`. Listens on 127.0.0.1 and says so.
import { createServer } from 'node:net'

const [port = ''] = process.argv.slice(2)
const server = createServer((socket) => socket.end())
server.on('error', (error) => {
  console.error(error.message)
  process.exit(7)
})
server.listen(Number(port), '127.0.0.1', () => console.log(`listening on ${port}`))
