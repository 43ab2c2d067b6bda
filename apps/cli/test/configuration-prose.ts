import type { StorageType } from '../src/config/schema.ts'
import { markdownTable } from './markdown-table.ts'

/** What writes the reference and the schema. */
export const CONFIGURATION_COMMAND = 'node apps/cli/test/write-configuration.ts'

export const CONFIGURATION_INTRODUCTION: string = `# Configuration

Written by \`${CONFIGURATION_COMMAND}\` from the definitions in \`apps/cli/src/config\`: change those.

One YAML file says which databases are replicated, where to, and how. Its name is \`litestream.yml\`, for it is the file of Litestream 0.5: either program reads it. Every key has the name, the default and the meaning that it has there. What only ltx knows is marked; Litestream passes over it.

\`\`\`yaml
# litestream.yml
addr: 127.0.0.1:9090
dbs:
  - path: app.db
    replica:
      url: file:///backup/app
\`\`\`

The file is the one that \`-config\` names, else \`$LITESTREAM_CONFIG\`, else \`/etc/litestream.yml\` (Windows: \`C:\\Litestream\\litestream.yml\`). A single database needs none: \`ltx replicate app.db file:///backup/app\`.

## Check it

\`\`\`sh
ltx config check -config litestream.yml
\`\`\`

This reads the file as \`replicate\` does and prints it as it counts: defaults filled in, variables replaced, secrets hidden (of \`exec\` only the program is shown). Mistakes are told with file, line and key, and end with exit code 1; what is merely odd is a warning on stderr, and a failure only with \`-strict\`. Nothing is made or contacted: \`ltx doctor\` tries out the storage. \`-json\` prints the same for a program: \`file\`, \`warnings\`, \`configuration\`. Run it before each restart, and in the pipeline that ships the file:

\`\`\`sh
ltx config check -strict -json -config litestream.yml > checked.json
\`\`\`

## In an editor

A JSON Schema completes keys, explains them and underlines mistakes in every editor with the YAML language server. The command prints it; it is also \`schema/litestream.schema.json\` of the package \`@ltx/cli\`.

\`\`\`sh
ltx config schema > litestream.schema.json
\`\`\`

A comment in the first line of the configuration file names it, by a path from there or by a URL:

\`\`\`yaml
# yaml-language-server: $schema=./litestream.schema.json
dbs:
  - path: app.db
    replica:
      url: file:///backup/app
\`\`\`

The schema is stricter than the command in two things that are allowed, and are mistakes: unknown keys, and durations without a unit.

## How values are written

${markdownTable(
  ['type', 'as'],
  [
    ['text', 'any single value, taken as it stands'],
    ['boolean', `\`true\`, \`yes\`, \`on\`, \`y\` or \`false\`, \`no\`, \`off\`, \`n\`; without quotes`],
    ['number', 'whole, without quotes'],
    [
      'duration',
      `\`500ms\`, \`10s\`, \`1h30m\`; the largest unit is \`h\`. A number alone is nanoseconds, and a warning says so`,
    ],
    ['size', `\`5MiB\`, \`10MB\`, or bytes`],
    ['permissions', `\`0600\`, without quotes; \`600\` is a decimal number, and a warning says so`],
    [
      'list, section',
      `as YAML has them; anchors, aliases and \`<<\` work, and keys that begin with \`x-\` or a dot are places for them`,
    ],
  ],
)}

A key with nothing behind it counts as absent, but an empty list is an empty list.

**Variables.** \`$NAME\` and \`\${NAME}\` are replaced before the file is read, in comments and quotes, too. One that is not set becomes nothing. There is no escape: for a password with \`$\` in it give \`-no-expand-env\`, or put the password itself into a variable.

**Paths** of databases, their state, directories and folders for replicas may be relative to the working directory and begin with \`~/\`.`

export const CONFIGURATION_RULES: string = `## What counts first

${markdownTable(
  ['setting', 'from the first to the last'],
  [
    ['level of the log', `\`-log-level\`, \`$LOG_LEVEL\`, \`logging.level\`, \`info\``],
    ['program to run', `\`-exec\`, \`exec\``],
    [
      'setting of a replica',
      'its own key, the key at the top level, the URL, what the provider wants, the default',
    ],
    [`\`snapshot\``, 'the top level, a database; databases may not contradict each other'],
    ['S3 and OSS keys', 'the replica, the top level, the environment; S3 also profiles and roles'],
    ['Azure', `\`sas-token\`, \`account-key\` (each also from the environment), what Azure’s library finds`],
  ],
)}

A \`bucket\` or \`host\` at the top level does not count for a replica with a \`url\`, which names its own.

## Old keys`

/** What there is to know before the table of a storage; its URL, and what it needs. */
export const STORAGE_NOTES: Readonly<Record<StorageType, string>> = {
  file: '`url: file:///folder`, or `path`. There is nothing else to say.',
  s3: '`url: s3://BUCKET/PATH`, or `bucket` and `path`. The URL takes `endpoint`, `region`, `forcePathStyle`, `skipVerify`, `signPayload`, `requireContentMD5`, `concurrency`, `partSize` and `storageClass` as parameters. More in [storages.md](storages.md#s3-and-its-kin).',
  gs: '`url: gs://BUCKET/PATH`, or `bucket` and `path`. Credentials are what Google’s library finds.',
  abs: '`url: abs://ACCOUNT@CONTAINER/PATH`, or `bucket` and `path`.',
  sftp: '`url: sftp://USER@HOST:PORT/PATH`, or `host`, `user` and `path`.',
  webdav: '`url: webdavs://USER@HOST:PORT/PATH`, or `webdav-url` and `path`.',
  nats: '`url: nats://HOST:PORT/BUCKET`, with or without `path` for what stands before every name. The object store must exist.',
  oss: '`url: oss://BUCKET/PATH`, or `bucket` and `path`. The path is needed.',
}
