database app.db
database data/fresh.db
file .app.db-litestream/ltx/0/0000000000000001-0000000000000001.ltx
  x
file .app.db-litestream/ltx/0/000000000000002a-000000000000002a.ltx
  x
file .app.db-litestream/ltx/0/000000000000002b-000000000000002b.ltx.tmp
  x
file app.db-wal
  12345678901
file litestream.yml
  dbs:
    - path: app.db
      replica: {path: r1}
    - path: data/fresh.db
      replica: {path: r2}
    - path: data/missing.db
      replica: {path: r3}
$ ltx status -config litestream.yml
$ ltx status -json -config litestream.yml
$ ltx status -config litestream.yml data/fresh.db ignored
$ ltx status -config litestream.yml data/other.db
$ ltx status -json -config litestream.yml data/other.db
file meta.yml
  dbs:
    - path: data/fresh.db
      meta-path: .app.db-litestream
      replica: {path: r2}
$ ltx status -config meta.yml
