import assert from 'node:assert/strict'
import { test } from 'vitest'
import { providerRules, type ProviderRules } from './providers.ts'

function rulesOf(host: string): ProviderRules {
  return providerRules(new URL(`https://${host}`))
}

const rows: readonly [endpoint: string, name: string][] = [
  ['https://fly.storage.tigris.dev', 'tigris'],
  ['https://T3.storage.dev', 'tigris'],
  ['https://other.tigris.dev', 'other'],
  ['https://account.r2.cloudflarestorage.com', 'r2'],
  ['http://account.eu.r2.cloudflarestorage.com', 'r2'],
  ['https://r2.cloudflarestorage.com.example.org', 'other'],
  ['https://s3.us-west-002.backblazeb2.com', 'b2'],
  ['https://fra1.digitaloceanspaces.com', 'digitalocean'],
  ['https://s3.filebase.com', 'filebase'],
  ['https://s3.fr-par.scw.cloud', 'scaleway'],
  ['https://fsn1.your-objectstorage.com', 'hetzner'],
  ['https://project.supabase.co/storage/v1/s3', 'supabase'],
  ['https://s3.eu-central-1.wasabisys.com', 'wasabi'],
  ['http://minio.example.com:9000', 'minio'],
  ['http://localhost:9000', 'minio'],
  ['https://objects.example.com', 'other'],
  ['https://s3.eu-west-1.amazonaws.com', 'aws'],
  ['https://storage.googleapis.com', 'gcs'],
  ['https://storage.googleapis.com.', 'gcs'],
  ['https://storage.googleapis.com:8443', 'gcs'],
  ['https://europe-west1-storage.googleapis.com', 'gcs'],
  ['https://storage.europe-west3.rep.googleapis.com', 'gcs'],
  ['https://mystorage.googleapis.com', 'other'],
  ['https://compute.googleapis.com', 'other'],
  ['https://googleapis.com', 'other'],
  ['https://storage.storage.googleapis.com', 'other'],
  ['https://storage.googleapis.com.example.org', 'other'],
]

for (const [endpoint, name] of rows) {
  test(`providerRules: ${endpoint} → ${name}`, () =>
    assert.equal(providerRules(new URL(endpoint)).name, name))
}

test('providerRules: what the providers want → path style, no MD5, few or equal parts', () => {
  for (const host of ['s3.x.backblazeb2.com', 's3.filebase.com', 'p.supabase.co', 'h:9000']) {
    assert.equal(rulesOf(host).pathStyle, true, host)
  }
  assert.deepEqual(rulesOf('t3.storage.dev').headers, { 'x-tigris-consistent': 'true' })
  assert.equal(rulesOf('t3.storage.dev').contentMd5, false)
  assert.equal(rulesOf('a.r2.cloudflarestorage.com').concurrency, 2)
  assert.equal(rulesOf('a.r2.cloudflarestorage.com').equalParts, true)
  assert.equal(rulesOf('s3.fr-par.scw.cloud').partsMax, 1000)
})
