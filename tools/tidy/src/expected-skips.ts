/** A test that may be skipped. Any other skipped test counts as failed in CI, and code that skips is a finding. */
export interface ExpectedSkip {
  /** The test file, `*` allowed. */
  readonly file: string
  /** Part of the test's full name. */
  readonly test: string
  readonly reason: string
}

const NO_ADDON =
  'the addon is optional: pnpm build:native makes it where cargo is; with NATIVE=1, as in CI, its absence fails'

const NO_SHARED_SET = 'the large golden set is not part of the repository; LTX_FIXTURES names it'

/** The conformance suite names what a client lacks in each name that it skips. */
const LACKS = 'the client says in its subject what it lacks, and why'

export const EXPECTED_SKIPS: readonly ExpectedSkip[] = [
  { file: 'packages/native/src/lib/native-*.test.ts', test: ' → ', reason: NO_ADDON },
  { file: 'packages/replicator/test/persist-wal.test.ts', test: ' → ', reason: NO_ADDON },
  { file: 'tools/tidy/src/packed-packages.pack.test.ts', test: '@ltx/native', reason: NO_ADDON },
  { file: 'packages/kernels/test/native*.test.ts', test: ' → ', reason: NO_ADDON },
  { file: 'packages/client-*/test/conformance.test.ts', test: '[not run: ', reason: LACKS },
  { file: 'packages/client-*/test/client.live.test.ts', test: '[not run: ', reason: LACKS },
  { file: 'examples/custom-client/src/sqlite-client.test.ts', test: '[not run: ', reason: LACKS },
  { file: 'packages/format/test/shared-fixtures.test.ts', test: 'shared fixtures', reason: NO_SHARED_SET },
  { file: 'packages/wal/test/golden.test.ts', test: 'shared set', reason: NO_SHARED_SET },
  { file: 'packages/restore/test/golden.test.ts', test: 'has its replicas', reason: NO_SHARED_SET },
  { file: 'packages/restore/test/golden-legacy.test.ts', test: 'has its replicas', reason: NO_SHARED_SET },
  {
    file: 'apps/cli/src/completion/*-script.test.ts',
    test: ' itself → ',
    reason:
      'needs zsh, or fish; what is handed to them is compared as text everywhere, and bash is tried itself',
  },
  {
    file: 'apps/cli/test/systemd.test.ts',
    test: 'a service of systemd',
    reason:
      'needs python3 to receive datagrams and systemd-notify to send them; the messages are tested everywhere',
  },
  {
    file: 'tools/crash/src/command.crash.test.ts',
    test: 'applications of an older SQLite',
    reason: 'needs python3 with its sqlite3; the same is done with our own SQLite everywhere',
  },
]
