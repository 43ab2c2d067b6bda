/**
 * The keys of litestream.yml that a replica may have, whatever it is kept in: those of other backends may come from the top level
 * of the file, and mean nothing here.
 *
 * @see spec-cli §2.7, §2.8
 */
export const REPLICA_KEYS: readonly string[] = `
  url type path name bucket endpoint region part-size concurrency sync-interval max-sync-ltx-files
  auto-recover validation-interval access-key-id secret-access-key force-path-style sign-payload
  require-content-md5 skip-verify storage-class sse-customer-algorithm sse-customer-key
  sse-customer-key-path sse-kms-key-id account-name account-key sas-token host user password key-path
  host-key concurrent-writes webdav-url webdav-username webdav-password jwt seed creds nkey username
  token tls root-cas client-cert client-key max-reconnects reconnect-wait timeout age
`
  .trim()
  .split(/\s+/)
