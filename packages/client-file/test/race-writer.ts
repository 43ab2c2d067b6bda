import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { fileClient } from '../src/index.ts'
import { fileBytes, key } from './material.ts'

/** A process of its own: writes files 1 to `count` with its own bytes, each when the parent says so, and reports who won. */
const [path = '', fill = '0'] = process.argv.slice(2)
const client = fileClient({ path, env: nodeEnv() })

process.on('message', (txid: string) => {
  const file = key(0, BigInt(txid))
  const bytes = fileBytes(file, 20_000, Number(fill))
  client
    .writeFile(file, async function* () {
      yield bytes
    })
    .then(
      () => process.send?.('won'),
      (error: unknown) => process.send?.(isClientError(error, 'CLIENT_EXISTS') ? 'lost' : String(error)),
    )
})
process.send?.('ready')
