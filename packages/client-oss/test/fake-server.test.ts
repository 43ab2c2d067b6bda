import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import Oss from 'ali-oss'
import { afterAll, test } from 'vitest'
import { KEY_ID, SECRET } from './check-signature.ts'
import { startFakeServer } from './fake-server.ts'

// The fake judges our client. Here it is judged itself: Alibaba's own client, whole and with its own way to write requests, has to be
// at home in it.

const server = await startFakeServer({ perPage: 3 })
afterAll(() => server[Symbol.asyncDispose]())

function officialClient(bucket: string, authorizationV4: boolean, more: Partial<Oss.Options> = {}): Oss {
  const keys = { accessKeyId: KEY_ID, accessKeySecret: SECRET, region: 'oss-cn-hangzhou' }
  return new Oss({ ...keys, bucket, endpoint: server.url, authorizationV4, ...more })
}

for (const [name, isV4] of [
  ['V1', false],
  ['V4', true],
] as const) {
  test(`fake: Alibaba's client with ${name} → objects with odd names come and go`, async () => {
    const bucket = server.newBucket()
    const client = officialClient(bucket.name, isV4)
    for (const key of ['a b', 'a+b', 'é', '100%', 'q?x=1&y', "<'>!(*)", 'p/q']) {
      const meta = { 'litestream-timestamp': '2026-01-02T03:04:05.678Z' } as unknown as Oss.UserMeta
      await client.put(key, Buffer.from(key), { meta })
      const { content, res } = (await client.get(key)) as {
        content: Buffer
        res: { headers: Record<string, string> }
      }
      assert.equal(content.toString(), key)
      assert.equal(res.headers['x-oss-meta-litestream-timestamp'], '2026-01-02T03:04:05.678Z')
    }
    const listed = await client.list({ 'max-keys': 100 }, {})
    assert.equal(listed.objects.length, 3)
    assert.equal(listed.isTruncated, true)
    await client.deleteMulti(['a b', 'é'])
    assert.equal(bucket.objects.size, 5)
  })

  test(`fake: Alibaba's client with ${name} → forbid-overwrite, ranges and uploads in parts as it expects them`, async () => {
    const bucket = server.newBucket()
    const client = officialClient(bucket.name, isV4)
    const once = { headers: { 'x-oss-forbid-overwrite': 'true' } }
    await client.put('x', Buffer.from('hello world'), once)
    await assert.rejects(client.put('x', Buffer.from('other'), once), {
      code: 'FileAlreadyExists',
      status: 409,
    })
    const range = (await client.get('x', { headers: { Range: 'bytes=6-10' } })) as { content: Buffer }
    assert.equal(range.content.toString(), 'world')
    const beyond = { headers: { Range: 'bytes=50-60', 'x-oss-range-behavior': 'standard' } }
    await assert.rejects(client.get('x', beyond), { status: 416 })
    const bytes = randomBytes(350_000)
    await client.multipartUpload('large', bytes, { partSize: 150_000, parallel: 2 })
    const { content } = (await client.get('large')) as { content: Buffer }
    assert.ok(content.equals(bytes))
  })

  test(`fake: Alibaba's client with ${name} and a wrong secret, or a wrong key → refused`, async () => {
    const bucket = server.newBucket()
    const wrong = officialClient(bucket.name, isV4, { accessKeySecret: 'another' })
    await assert.rejects(wrong.get('x'), { code: 'SignatureDoesNotMatch' })
    const unknown = officialClient(bucket.name, isV4, { accessKeyId: 'another' })
    await assert.rejects(unknown.get('x'), { code: 'InvalidAccessKeyId' })
  })
}
