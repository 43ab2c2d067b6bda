# a replica of Litestream 0.3
legacy-replica old
file litestream.yml
  dbs:
    - path: app.db
      replica: {path: old}
$ ltx restore -config litestream.yml -o a.db -integrity-check full app.db
$ ltx restore -config litestream.yml -o b.db -json app.db
$ ltx restore -config litestream.yml -o c.db -timestamp 2026-01-02T03:05:05Z app.db
$ ltx restore -config litestream.yml -o d.db -timestamp 2026-01-02T03:05:04Z app.db
$ ltx restore -config litestream.yml -o d.db -if-replica-exists -timestamp 2026-01-02T03:05:04Z app.db
$ ltx restore -config litestream.yml -o d.db -txid 0000000000000001 app.db
$ ltx restore -config litestream.yml -o d.db -dry-run app.db
$ ltx restore -config litestream.yml -o d.db -dry-run -json app.db
# follow mode knows transactions only
$ ltx restore -config litestream.yml -f -o d.db app.db
$ ltx ltx -config litestream.yml app.db
$ ltx ltx -json file://$DIR/old
# a new replica beside it, which is older
replica old
$ ltx restore -config litestream.yml -o e.db app.db
$ ltx restore -config litestream.yml -o f.db -timestamp 2026-01-02T03:04:30Z app.db
