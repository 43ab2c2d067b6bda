database app.db
$ ltx reset app.db
$ ltx reset -dry-run app.db
file .app.db-litestream/keep
  x
$ ltx reset -dry-run app.db
file .app.db-litestream/ltx/0/0000000000000001-0000000000000001.ltx
  x
file .app.db-litestream/ltx/1/0000000000000001-0000000000000001.ltx
  x
file litestream.yml
  dbs: [{path: app.db, replica: {path: r}}]
file .app.db-litestream/position
  x
file .app.db-litestream/seal
  x
$ ltx status -config litestream.yml
$ ltx reset -dry-run app.db
$ ltx status -config litestream.yml
$ ltx reset app.db
$ ltx status -config litestream.yml
$ ltx reset missing.db
$ ltx reset -config nope.yml app.db
# A folder elsewhere, by the configuration that LITESTREAM_CONFIG names (Q2).
file meta.yml
  dbs: [{path: app.db, meta-path: meta, replica: {path: r}}]
file meta/ltx/0/0000000000000001-0000000000000001.ltx
  x
env LITESTREAM_CONFIG=meta.yml
$ litestream reset app.db
$ litestream status
