import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Prints every message that comes to a datagram socket as a line of JSON. */
const RECEIVER = `
import json, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print(json.dumps('bound'), flush=True)
while True:
    print(json.dumps(receiver.recv(4096).decode()), flush=True)
`

/** Why it cannot be tried here, as the test's name says it; empty: it can. */
const lacking = [
  ['python3', '-c', ''],
  ['systemd-notify', '--version'],
]
  .filter(([program = '', ...words]) => spawnSync(program, words).status !== 0)
  .map(([program]) => program)

async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = Date.now() + 30_000
  while (!isSo()) {
    if (Date.now() > endMs) throw new Error(`${what} did not come`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test.skipIf(lacking.length > 0)(
  `replicate: a service of systemd with a watchdog → ready, alive, stopping, over the real socket (lacking: ${lacking.join(', ') || 'nothing'})`,
  async () => {
    await using directory = await temporaryDirectory()
    const socket = join(directory.path, 'notify.sock')
    const receiver = spawn('python3', ['-c', RECEIVER, socket])
    let heard = ''
    receiver.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text))
    const messages = (): string[] =>
      heard
        .split('\n')
        .slice(1, -1)
        .map((line) => JSON.parse(line) as string)
        .filter((message) => !message.startsWith('BARRIER'))
    try {
      await until('the socket', () => heard.includes('bound'))
      const config = join(directory.path, 'litestream.yml')
      await writeFile(config, 'dbs: [{path: app.db, replica: {path: replica}}]\n')
      const running = startCommand(['replicate', '-config', config], {
        directory: directory.path,
        environment: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '400000' },
      })
      await until(
        'two signs of life',
        () => messages().filter((each) => each.startsWith('WATCHDOG=1')).length > 1,
      )
      assert.equal(messages()[0], 'READY=1\nSTATUS=1 database')
      running.child.kill('SIGHUP') // ends nothing
      running.child.kill('SIGTERM')
      assert.equal(await running.ended, 0)
      assert.ok(messages().includes('STOPPING=1\nSTATUS=last sync'))
    } finally {
      receiver.kill()
    }
  },
)
