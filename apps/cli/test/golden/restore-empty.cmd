directory empty
file litestream.yml
  dbs:
    - path: app.db
      replica: {path: empty}
    - path: bad.db
      replica: {type: floppy}
$ ltx restore -config litestream.yml app.db
$ ltx restore -config litestream.yml -if-replica-exists app.db
$ ltx restore -config litestream.yml -if-replica-exists -json app.db
$ ltx restore -config litestream.yml -if-replica-exists -timestamp 2026-01-02T03:04:05Z app.db
$ ltx restore -config litestream.yml bad.db
# Nothing is deleted for a backup that does not exist (Q9).
file old.db
  old
$ ltx restore -config litestream.yml -force -o old.db app.db
$ ltx restore -config litestream.yml -o old.db -if-db-not-exists app.db
