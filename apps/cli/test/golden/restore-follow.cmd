sound-replica backup
file litestream.yml
  dbs:
    - path: app.db
      replica: {path: backup}
    - path: other.db
      replica: {path: nothing}
file taken.db
  not a copy
file bad.db
  not a copy
file bad.db-txid
  12
$ ltx restore -config litestream.yml -f -o taken.db app.db
$ ltx restore -config litestream.yml -f -o bad.db app.db
$ ltx restore -config litestream.yml -f -if-db-not-exists -o taken.db app.db
$ ltx restore -config litestream.yml -f -o new.db other.db
$ ltx restore -config litestream.yml -f -if-replica-exists -o new.db other.db
