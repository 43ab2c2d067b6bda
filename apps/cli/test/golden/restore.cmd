replica backup
file litestream.yml
  dbs:
    - path: app.db
      replica: {path: backup}
$ ltx restore -config litestream.yml app.db
$ ltx restore -config litestream.yml app.db
$ ltx restore -config litestream.yml -if-db-not-exists app.db
$ ltx restore -config litestream.yml -force app.db
$ ltx restore -config litestream.yml -o early.db -txid 0000000000000002 app.db
$ ltx restore -config litestream.yml -o timed.db -timestamp 2026-01-02T03:04:06Z app.db
$ ltx restore -config litestream.yml -o sub/json.db -json app.db
$ ltx restore -config litestream.yml -o quiet.db -parallelism 1 sqlite3://app.db
$ ltx restore -config litestream.yml -o beyond.db -txid 0000000000000009 app.db
$ ltx restore -config litestream.yml -o before.db -timestamp 2020-01-01T00:00:00Z app.db
$ ltx restore -config litestream.yml -o before.db -if-replica-exists -timestamp 2020-01-01T00:00:00Z app.db
directory taken
$ ltx restore -config litestream.yml -o taken app.db
file stale.db-wal
  x
$ ltx restore -config litestream.yml -o stale.db app.db
$ ltx restore -config litestream.yml other.db
