import type { Keys, ScalarShape } from './schema.ts'

/** Keys of a replica, with kinds and defaults. A new key is a line here and, where it does something, a reader of it. */

const SECOND_MS = 1000

const TEXT: ScalarShape = { kind: 'string', initial: '' }
const SECRET: ScalarShape = { kind: 'string', initial: '', secret: true }
const OFF: ScalarShape = { kind: 'boolean', initial: false }
const ON: ScalarShape = { kind: 'boolean', initial: true }

/** Settings of a replica that may also stand at the top level, as the default for every replica. */
export const INHERITED_KEYS: Keys = {
  'sync-interval': { kind: 'duration', initial: SECOND_MS, about: 'Least time between uploads. Above 0.' },
  'max-sync-ltx-files': { kind: 'integer', initial: 256, about: 'Uploads per batch; 0: no limit.' },
  'auto-recover': {
    ...OFF,
    about: 'Missing or damaged local files are always made again, whatever this says.',
  },
  'validation-interval': { kind: 'duration', unused: true, about: 'No effect, as in Litestream.' },
  'access-key-id': {
    ...SECRET,
    about: 's3, oss: the key; else that of the environment, files or the machine.',
  },
  'secret-access-key': { ...SECRET, about: 's3, oss: the secret of `access-key-id`.' },
  region: { ...TEXT, about: 's3, oss: the region; else that of the URL or the storage’s usual one.' },
  bucket: {
    ...TEXT,
    about: 's3, gs, oss: the bucket; abs: the container; nats: the object store. Not beside `url`.',
  },
  endpoint: { ...TEXT, about: 's3, oss, abs: the server, when it is not the provider’s own.' },
  'force-path-style': {
    kind: 'boolean',
    about: 's3: the bucket stands in the path instead of the host name. The default depends on the server.',
  },
  'sign-payload': { ...ON, about: 's3: sign what is sent.' },
  'require-content-md5': { ...ON, about: 's3: send Content-MD5 where many objects are deleted at once.' },
  'skip-verify': {
    ...OFF,
    about: 's3: accept any certificate. `true` at the top level cannot be taken back.',
  },
  'storage-class': { ...TEXT, about: 's3: the storage class of new objects.' },
  'sse-customer-algorithm': {
    kind: 'string',
    initial: 'AES256',
    oneOf: ['AES256'],
    about: 's3: encryption with a key of yours (SSE-C).',
  },
  'sse-customer-key': { ...SECRET, about: 's3: the SSE-C key, base64 of 32 bytes.' },
  'sse-customer-key-path': {
    ...TEXT,
    about: 's3: a file with the SSE-C key; counts before `sse-customer-key`.',
  },
  'sse-kms-key-id': { ...TEXT, about: 's3: encryption with this KMS key. Not beside SSE-C.' },
  'account-name': { ...TEXT, about: 'abs: the storage account.' },
  'account-key': { ...SECRET, about: 'abs: the account’s shared key.' },
  'sas-token': { ...SECRET, about: 'abs: a SAS token; counts before `account-key`.' },
  host: { ...TEXT, about: 'sftp: the server, `host` or `host:port`. Not beside `url`.' },
  user: { ...TEXT, about: 'sftp: the user.' },
  password: { ...SECRET, about: 'sftp, nats: the password.' },
  'key-path': { ...TEXT, about: 'sftp: a private key file.' },
  'concurrent-writes': { ...ON, about: 'sftp: several writes of a file under way at once.' },
  jwt: { ...SECRET, about: 'nats: a JWT, with `seed`.' },
  seed: { ...SECRET, about: 'nats: the seed of `jwt`.' },
  creds: { ...TEXT, about: 'nats: a credentials file.' },
  nkey: { ...SECRET, about: 'nats: an NKey.' },
  username: { ...TEXT, about: 'nats: the user of `password`.' },
  token: { ...SECRET, about: 'nats: a token.' },
  tls: { ...OFF, about: 'nats: connect with TLS.' },
  'root-cas': { kind: 'list', item: TEXT, about: 'nats: files of certificate authorities.' },
  'client-cert': { ...TEXT, about: 'nats: a certificate file, with `client-key`.' },
  'client-key': { ...TEXT, about: 'nats: the key file of `client-cert`.' },
  'max-reconnects': {
    kind: 'integer',
    initial: -1,
    about: 'nats: attempts to connect again; -1: without end.',
  },
  'reconnect-wait': { kind: 'duration', initial: 2 * SECOND_MS, about: 'nats: the pause between attempts.' },
  timeout: { kind: 'duration', initial: 10 * SECOND_MS, about: 'nats: how long connecting may take.' },
  age: {
    kind: 'section',
    about:
      'Encryption of Litestream 0.3, which this generation of replicas has not: anything in it is an error.',
    keys: {
      identities: { kind: 'list', item: SECRET, about: 'Refused.' },
      recipients: { kind: 'list', item: TEXT, about: 'Refused.' },
    },
  },
}

export const REPLICA_KEYS: Keys = {
  ...INHERITED_KEYS,
  url: {
    ...TEXT,
    about: 'Where the replica is: `s3://bucket/path`, `file:///path` and so on. Fixes the type.',
  },
  type: {
    ...TEXT,
    oneOf: ['file', 's3', 'gs', 'abs', 'sftp', 'webdav', 'nats', 'oss'],
    about: 'The kind of storage where there is no `url`; `file` when absent.',
  },
  path: {
    ...TEXT,
    about: 'file: the directory; otherwise what stands before every name in the storage. Not beside `url`.',
  },
  name: { ...TEXT, about: 'Ignored; of Litestream 0.3.' },
  'part-size': {
    kind: 'byte-size',
    initial: 5 * 1024 * 1024,
    about: 's3, oss: bytes of one part of a large upload; 5 MiB at least.',
  },
  concurrency: { kind: 'integer', initial: 5, about: 's3, oss: parts under way at once (2 on R2).' },
  'host-key': {
    ...TEXT,
    about:
      'sftp: the server’s public key, as in `authorized_keys`; without it any is accepted, with a warning.',
  },
  'webdav-url': { ...TEXT, about: 'webdav: the server’s address. Not beside `url`.' },
  'webdav-username': { ...TEXT, about: 'webdav: the user.' },
  'webdav-password': { ...SECRET, about: 'webdav: the password.' },
}

/** Keys of a replica's section that are about the engine or choose the storage, and no setting of one. */
export const ENGINE_KEYS: ReadonlySet<string> = new Set([
  'age',
  'auto-recover',
  'max-sync-ltx-files',
  'name',
  'sync-interval',
  'type',
  'url',
  'validation-interval',
])
