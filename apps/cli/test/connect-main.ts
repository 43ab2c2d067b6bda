import { askDaemon } from '../src/control/control-client.ts'
import { describeError } from '../src/program/errors.ts'
import { testIo } from './test-io.ts'

// Asks the daemon on the socket that is named, perhaps as another user, and prints what is wrong.

const [socket = ''] = process.argv.slice(2)
try {
  await askDaemon({ socket, timeout: 10, endpoint: '/info' }, testIo().io)
  process.stdout.write('answered\n')
} catch (error) {
  process.stdout.write(`${describeError(error)}\n`)
}
