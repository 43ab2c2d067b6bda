import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseConnectionString } from './connection-string.ts'

const rows: readonly [string, string, readonly (string | undefined)[] | null][] = [
  [
    'as the portal gives it',
    'DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=a2V5==;EndpointSuffix=core.windows.net',
    ['acc', 'a2V5==', undefined, 'https://acc.blob.core.windows.net'],
  ],
  [
    'of another cloud, in other letters and another order',
    ' endpointsuffix = core.chinacloudapi.cn ; ACCOUNTNAME=acc ; accountkey=a2V5 ;',
    ['acc', 'a2V5', undefined, 'https://acc.blob.core.chinacloudapi.cn'],
  ],
  [
    'with an endpoint of its own and a token',
    'BlobEndpoint=https://acc.example/;SharedAccessSignature=sv=1&sig=a%3D%3D',
    [undefined, undefined, 'sv=1&sig=a%3D%3D', 'https://acc.example/'],
  ],
  ['with nothing that says where', 'AccountKey=a2V5', null],
  ['that is a url', 'https://acc.blob.core.windows.net', null],
  ['that is empty', '', null],
]

for (const [what, text, expected] of rows) {
  test(`parseConnectionString: one ${what} → ${expected === null ? 'null' : 'its parts'}`, () => {
    const found = parseConnectionString(text)
    const parts = found && [found.account, found.accountKey, found.sasToken, found.endpoint]
    assert.deepEqual(parts, expected)
  })
}

test('parseConnectionString: UseDevelopmentStorage=true → the account that every emulator has', () => {
  const found = parseConnectionString('UseDevelopmentStorage=true')
  assert.deepEqual(
    [found?.account, found?.endpoint],
    ['devstoreaccount1', 'http://127.0.0.1:10000/devstoreaccount1'],
  )
})
