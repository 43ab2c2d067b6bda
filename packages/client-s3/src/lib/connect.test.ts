import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'vitest'
import { isClientError, type RequestReport } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { FakeAws } from '../../test/fake-aws.ts'
import { FakeS3 } from '../../test/fake-server.ts'
import { fileBytes, key, readAll, sourceOf } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'
import { s3Client } from './client.ts'
import { Connection, contentMd5 } from './connect.ts'
import { checkOptions, type S3ClientOptions } from './options.ts'

const file = key(0, 1n)
const bytes = fileBytes(file)

/** A client that takes the fake for AWS. */
function awsClient(aws: FakeAws, options: Partial<S3ClientOptions> = {}): ReturnType<typeof s3Client> {
  const { accessKeyId, secretAccessKey } = aws.s3.keys
  const proxy = { https: aws.proxyUrl }
  return s3Client({
    env: nodeEnv(),
    bucket: 'backups',
    path: 'db',
    accessKeyId,
    secretAccessKey,
    skipVerify: true,
    proxy,
    ...options,
  })
}

test('AWS: no region → one HEAD finds it, and is not repeated', async () => {
  await using aws = await FakeAws.start()
  aws.s3.region = 'eu-central-1'
  aws.s3.bucket('backups')
  await using client = awsClient(aws)
  await client.writeFile(file, sourceOf(bytes))
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
  const hosts = new Set(aws.tunnels)
  assert.deepEqual(
    hosts,
    new Set(['backups.s3.us-east-1.amazonaws.com:443', 'backups.s3.eu-central-1.amazonaws.com:443']),
  )
  const made = aws.s3.requests.map(({ operation }) => operation)
  assert.deepEqual(made, ['HeadObject', 'PutObject', 'PutObject', 'GetObject']) // the HEAD of the bucket was refused by its signature
})

test('AWS: bodies → signed, with a CRC and no MD5, in parts as well', async () => {
  await using aws = await FakeAws.start()
  aws.s3.bucket('backups')
  await using client = awsClient(aws, { region: 'us-east-1' })
  const large = fileBytes(key(9, 1n), 6 * 1024 * 1024)
  await client.writeFile(key(9, 1n), sourceOf(large))
  await client.writeFile(file, sourceOf(bytes))
  assert.deepEqual(await readAll(client.readFile(key(9, 1n))), large)
  const bodies = aws.s3.requests.filter(
    ({ operation }) => operation === 'PutObject' || operation === 'UploadPart',
  )
  assert.ok(bodies.length >= 4)
  for (const { headers } of bodies) {
    assert.match(headers['x-amz-checksum-crc32'] ?? '', /^.{6}==$/)
    assert.equal(headers['content-md5'], undefined)
    assert.match(headers['x-amz-content-sha256'] ?? '', /^[0-9a-f]{64}$/)
    for (const name of ['content-encoding', 'transfer-encoding', 'x-amz-decoded-content-length', 'expect']) {
      assert.equal(headers[name], undefined, name)
    }
  }
})

test('AWS: a wrong region → CLIENT_BAD_OPTIONS that names the right one', async () => {
  await using aws = await FakeAws.start()
  aws.s3.region = 'eu-central-1'
  aws.s3.bucket('backups')
  await using client = awsClient(aws, { region: 'us-west-2' })
  await assert.rejects(
    readAll(client.readFile(file)),
    /CLIENT_BAD_OPTIONS.*us-west-2.*set region to eu-central-1/,
  )
})

test('AWS: an access point → its own host, signed for its region', async () => {
  await using aws = await FakeAws.start()
  aws.s3.region = 'eu-west-1'
  aws.s3.bucket('app-123456789012')
  const bucket = 'arn:aws:s3:eu-west-1:123456789012:accesspoint/app'
  await using client = awsClient(aws, { bucket, region: 'eu-west-1' })
  await client.writeFile(file, sourceOf(bytes))
  assert.deepEqual(
    new Set(aws.tunnels),
    new Set(['app-123456789012.s3-accesspoint.eu-west-1.amazonaws.com:443']),
  )
})

test('TLS: a certificate that nobody trusts → CLIENT_UNREACHABLE, give up, what to do; skip-verify takes it', async () => {
  await using aws = await FakeAws.start()
  aws.s3.bucket('backups')
  await using strict = awsClient(aws, { endpoint: aws.tlsEndpoint, skipVerify: false })
  const error = await readAll(strict.readFile(file)).catch((reason: unknown) => reason)
  assert.ok(isClientError(error, 'CLIENT_UNREACHABLE') && error.advice === 'give-up', String(error))
  assert.match(error.message, /skip-verify/)
  await using lax = awsClient(aws, { endpoint: aws.tlsEndpoint })
  await assert.rejects(readAll(lax.readFile(file)), /CLIENT_NOT_FOUND/)
})

test('an endpoint: bodies → signed, with an MD5 and no CRC; deletes with an MD5 of theirs; no Accept-Encoding is signed', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  await using client = fakeClient(fake)
  await client.writeFile(file, sourceOf(bytes))
  await client.deleteFiles([file])
  const put = fake.requests.find(({ operation }) => operation === 'PutObject')
  assert.equal(put?.headers['content-md5'], createHash('md5').update(bytes).digest('base64'))
  assert.match(put?.headers['x-amz-content-sha256'] ?? '', /^[0-9a-f]{64}$/)
  const erased = fake.requests.find(({ operation }) => operation === 'DeleteObjects')
  assert.equal(erased?.headers['content-md5'], contentMd5(erased?.body ?? ''))
  for (const { headers } of fake.requests) {
    assert.ok(!Object.keys(headers).some((name) => /^x-amz-(?:checksum|sdk-checksum)/.test(name)))
    assert.doesNotMatch(headers['authorization'] ?? '', /accept-encoding/)
    assert.match(headers['user-agent'] ?? '', /\bltx\b/)
  }
})

test('sign-payload off → UNSIGNED-PAYLOAD everywhere, with an MD5 in its place', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  await using client = fakeClient(fake, { signPayload: false })
  await client.writeFile(file, sourceOf(bytes))
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
  await client.deleteFiles([file])
  for (const { headers } of fake.requests) assert.equal(headers['x-amz-content-sha256'], 'UNSIGNED-PAYLOAD')
  assert.ok(
    fake.requests.find(({ operation }) => operation === 'PutObject')?.headers['content-md5'] !== undefined,
  )
})

test('require-content-md5 off → no MD5 anywhere', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  await using client = fakeClient(fake, { requireContentMd5: false })
  await client.writeFile(file, sourceOf(bytes))
  await client.deleteFiles([file])
  assert.ok(fake.requests.every(({ headers }) => headers['content-md5'] === undefined))
})

test('Tigris: every request → asks for consistency', async () => {
  await using aws = await FakeAws.start()
  aws.s3.bucket('backups')
  const endpoint = 'http://fly.storage.tigris.dev'
  await using client = awsClient(aws, { endpoint, proxy: { http: aws.proxyUrl } })
  await client.writeFile(file, sourceOf(bytes))
  await client.deleteFiles([file])
  assert.ok(aws.s3.requests.length >= 4)
  for (const { headers } of aws.s3.requests) assert.equal(headers['x-tigris-consistent'], 'true')
})

test('virtual-hosted style with an endpoint → the bucket is in the host', async () => {
  await using aws = await FakeAws.start()
  aws.s3.bucket('backups')
  const options = { endpoint: 'http://s3.example.test', forcePathStyle: false, proxy: { http: aws.proxyUrl } }
  await using client = awsClient(aws, options)
  await client.writeFile(file, sourceOf(bytes))
  assert.deepEqual(new Set(aws.s3.requests.map(({ host }) => host)), new Set(['backups.s3.example.test']))
})

test('a session token → sent and signed with every request', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  fake.sessionToken = 'the token'
  await using without = fakeClient(fake)
  await assert.rejects(without.writeFile(file, sourceOf(bytes)), /CLIENT_DENIED.*token/)
  await using client = fakeClient(fake, { sessionToken: 'the token' })
  await client.writeFile(file, sourceOf(bytes))
})

test('a wrong clock → says by how much, and the next request is dated by the server', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  fake.clockMs = 40 * 60_000
  await using client = fakeClient(fake)
  const error = await readAll(client.readFile(file)).catch((reason: unknown) => reason)
  assert.ok(isClientError(error, 'CLIENT_DENIED') && error.advice === 'retry', String(error))
  assert.match(error.message, /by 40 minutes, it is slow/)
  await client.writeFile(file, sourceOf(bytes))
  const serverMs = await client.serverTimeMs?.()
  assert.ok(Math.abs((serverMs ?? 0) - Date.now() - fake.clockMs) < 10_000)
})

test('a dead connection → the next call makes another', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  await using client = fakeClient(fake, { timeoutMs: 500 })
  await client.writeFile(file, sourceOf(bytes))
  for (const fault of ['reset', 'silence', 'lost-answer'] as const) {
    fake.failNext(fault)
    await assert.rejects(readAll(client.readFile(file)), (error) =>
      isClientError(error, 'CLIENT_UNREACHABLE'),
    )
    assert.deepEqual(await readAll(client.readFile(file)), bytes)
  }
})

test('Connection: opening that fails → the next call tries again; a signal ends only the waiting', async () => {
  await using aws = await FakeAws.start()
  const connection = new Connection(
    checkOptions({
      env: nodeEnv(),
      bucket: 'missing',
      proxy: { https: aws.proxyUrl },
      skipVerify: true,
      ...aws.s3.keys,
    }),
  )
  await assert.rejects(connection.open(undefined), /CLIENT_BAD_OPTIONS.*no such bucket/)
  aws.s3.bucket('missing')
  const [first, second] = [connection.open(AbortSignal.abort('enough')), connection.open(undefined)]
  await assert.rejects(first, (error) => error === 'enough')
  assert.equal((await second).client, (await connection.open(undefined)).client)
  connection.close()
  await assert.rejects(connection.open(undefined), (error) => isClientError(error, 'CLIENT_CLOSED'))
})

test('onRequest: every request → one report with its kind, bytes and failure', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  const reports: RequestReport[] = []
  await using client = fakeClient(fake, { onRequest: (report) => void reports.push(report) })
  await client.writeFile(file, sourceOf(bytes))
  await readAll(client.readFile(file, { start: 100 }))
  fake.failNext({ status: 503, code: 'SlowDown' })
  await assert.rejects(readAll(client.listFiles(0) as unknown as AsyncIterable<Uint8Array>))
  await client.deleteFiles([file])
  assert.deepEqual(
    reports.map(({ kind, bytesUp, bytesDown, failure }) => [kind, bytesUp, bytesDown, failure]),
    [
      ['HEAD', 0, 0, 'CLIENT_NOT_FOUND'],
      ['PUT', 500, 0, null],
      ['PUT', 500, 0, 'CLIENT_EXISTS'],
      ['GET', 0, 400, null],
      ['LIST', 0, 0, 'CLIENT_BUSY'],
      ['DELETE', 0, 0, null],
    ],
  )
})
