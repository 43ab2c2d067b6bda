import { STORAGE_TYPES, type Key, type Keys, type ScalarShape, type StorageType } from './schema.ts'

/** Keys of a replica, with kinds and defaults. A new key is a line here and, where it does something, a reader of it. */

const SECOND_MS = 1000

const TEXT: ScalarShape = { kind: 'string', initial: '' }
const SECRET: ScalarShape = { kind: 'string', initial: '', secret: true }
const OFF: ScalarShape = { kind: 'boolean', initial: false }
const ON: ScalarShape = { kind: 'boolean', initial: true }

/** Settings of a replica that may also stand at the top level, as the default for every replica. */
export const INHERITED_KEYS: Keys = {
  'sync-interval': { kind: 'duration', initial: SECOND_MS, about: 'Least time between uploads. Above 0.' },
  'max-sync-ltx-files': {
    kind: 'integer',
    initial: 256,
    minimum: 0,
    about: 'Uploads per batch; 0: no limit.',
  },
  'auto-recover': {
    ...OFF,
    about: 'No effect: missing or damaged local files are always made again.',
  },
  'validation-interval': {
    kind: 'duration',
    otherwise: '',
    unused: true,
    about: 'No effect, as in Litestream; see `validation.interval` and `verify.interval`.',
  },
  'access-key-id': {
    ...SECRET,
    storages: ['s3', 'oss'],
    about: 'The key; when absent that of the environment, of the provider’s files or of the machine.',
  },
  'secret-access-key': { ...SECRET, storages: ['s3', 'oss'], about: 'The secret of `access-key-id`.' },
  region: {
    ...TEXT,
    storages: ['s3', 'oss'],
    otherwise: {
      s3: 'that of the URL; else it is asked for, and with an endpoint `us-east-1`',
      oss: 'that of the URL; else `cn-hangzhou`',
    },
    about: 'The region.',
  },
  bucket: {
    ...TEXT,
    storages: ['s3', 'gs', 'abs', 'nats', 'oss'],
    about: 'The bucket; abs: the container; nats: the object store. Not beside a `url` that names it.',
  },
  endpoint: {
    ...TEXT,
    storages: ['s3', 'abs', 'oss'],
    otherwise: 'the provider’s own',
    about: 'The server, a host or a URL.',
  },
  'force-path-style': {
    kind: 'boolean',
    storages: ['s3'],
    otherwise: '`true` with an endpoint, but for providers that want it otherwise',
    about: 'The bucket stands in the path instead of the host name.',
  },
  'sign-payload': { ...ON, storages: ['s3'], about: 'Sign what is sent.' },
  'require-content-md5': {
    kind: 'boolean',
    storages: ['s3'],
    otherwise: '`true`; `false` on Tigris',
    about: 'Send Content-MD5 where many objects are deleted at once, and with bodies sent to an endpoint.',
  },
  'skip-verify': {
    ...OFF,
    storages: ['s3'],
    about: 'Accept any certificate. `true` at the top level cannot be taken back by a replica.',
  },
  'storage-class': { ...TEXT, storages: ['s3'], about: 'The storage class of new objects.' },
  'sse-customer-algorithm': {
    ...TEXT,
    oneOf: ['AES256'],
    storages: ['s3'],
    otherwise: '`AES256` where there is a key',
    about: 'Encryption with a key of yours (SSE-C). There is no other than `AES256`.',
  },
  'sse-customer-key': {
    ...SECRET,
    storages: ['s3'],
    about: 'The SSE-C key, base64 of 32 bytes. Not over plain http.',
  },
  'sse-customer-key-path': {
    ...TEXT,
    storages: ['s3'],
    about: 'A file with the SSE-C key; counts before `sse-customer-key`.',
  },
  'sse-kms-key-id': { ...TEXT, storages: ['s3'], about: 'Encryption with this KMS key. Not beside SSE-C.' },
  'account-name': {
    ...TEXT,
    storages: ['abs'],
    about: 'The storage account, where the URL does not name it.',
  },
  'account-key': { ...SECRET, storages: ['abs'], about: 'The account’s shared key.' },
  'sas-token': { ...SECRET, storages: ['abs'], about: 'A SAS token; counts before `account-key`.' },
  host: {
    ...TEXT,
    storages: ['sftp'],
    about: 'The server, `host` or `host:port`; port 22 when none is named. Not beside `url`.',
  },
  user: { ...TEXT, storages: ['sftp'], about: 'The user.' },
  password: { ...SECRET, storages: ['sftp', 'nats'], about: 'The password.' },
  'key-path': {
    ...TEXT,
    storages: ['sftp'],
    about: 'A private key file without a passphrase; without this and a `password` an agent is asked.',
  },
  'concurrent-writes': { ...ON, storages: ['sftp'], about: 'Several writes of a file under way at once.' },
  jwt: {
    ...SECRET,
    storages: ['nats'],
    about:
      'A JWT, with `seed`. The first login that is given counts: this, `creds`, `nkey`, `username`, `token`.',
  },
  seed: {
    ...SECRET,
    storages: ['nats'],
    about: 'The secret half of `jwt`, or of an `nkey` that is a public key.',
  },
  creds: { ...TEXT, storages: ['nats'], about: 'A credentials file: a JWT and its seed.' },
  nkey: { ...SECRET, storages: ['nats'], about: 'A seed, `SU…`; or a public key, `U…`, with `seed`.' },
  username: { ...TEXT, storages: ['nats'], about: 'The user of `password`.' },
  token: { ...SECRET, storages: ['nats'], about: 'A token.' },
  tls: { ...OFF, storages: ['nats'], about: 'Insist on TLS. On with any of the following three.' },
  'root-cas': {
    kind: 'list',
    item: TEXT,
    storages: ['nats'],
    about: 'Files of the only certificate authorities that are trusted.',
  },
  'client-cert': { ...TEXT, storages: ['nats'], about: 'A certificate file, together with `client-key`.' },
  'client-key': { ...TEXT, storages: ['nats'], about: 'The key file of `client-cert`.' },
  'max-reconnects': {
    kind: 'integer',
    initial: -1,
    storages: ['nats'],
    about: 'Attempts to connect again within one call; -1: as many as `timeout` lets it.',
  },
  'reconnect-wait': {
    kind: 'duration',
    initial: 2 * SECOND_MS,
    storages: ['nats'],
    about: 'The pause between attempts.',
  },
  timeout: {
    kind: 'duration',
    initial: 10 * SECOND_MS,
    storages: ['nats'],
    about: 'How long connecting may take.',
  },
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
    about: 'Where the replica is: `s3://bucket/path`, `file:///path` and so on. It says the type.',
  },
  type: {
    ...TEXT,
    oneOf: STORAGE_TYPES,
    otherwise: 'that of `url`; `file` without one',
    about: 'The storage, where there is no `url`.',
  },
  path: {
    ...TEXT,
    about:
      'For `file` the directory; otherwise what stands before every name in the storage. Not beside `url`.',
  },
  name: { ...TEXT, deprecated: true, about: 'No effect: a replica needs no name.' },
  'part-size': {
    kind: 'byte-size',
    storages: ['s3', 'gs', 'abs', 'oss'],
    otherwise: { s3: '5 MiB', gs: '8 MiB', abs: '8 MiB', oss: '6 MiB' },
    about: 'Size of the first parts of a large upload, which may grow. S3 takes no less than 5 MiB.',
  },
  concurrency: {
    kind: 'integer',
    storages: ['s3', 'oss'],
    otherwise: { s3: '5; on R2 2', oss: '3' },
    minimum: 1,
    about: 'Parts of a large upload under way at once.',
  },
  'host-key': {
    ...TEXT,
    storages: ['sftp'],
    otherwise: '`~/.ssh/known_hosts`; a server that it does not know is taken with a warning',
    about: 'The server’s public key, as a line of `authorized_keys` has it.',
  },
  'webdav-url': {
    ...TEXT,
    storages: ['webdav'],
    about: 'The server, `https://host:port/path`. Not beside `url`.',
  },
  'webdav-username': { ...TEXT, storages: ['webdav'], about: 'The user.' },
  'webdav-password': { ...SECRET, storages: ['webdav'], about: 'The password.' },
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

/** Does a key of a replica's section count for this storage? */
export function countsFor(type: StorageType, { storages }: Key): boolean {
  return storages === undefined || storages.includes(type)
}
