replica backup
file litestream.yml
  logging: {level: debug}
  dbs:
    - path: app.db
      replica: {path: backup}
$ ltx restore -config litestream.yml -dry-run app.db
$ ltx restore -config litestream.yml -dry-run -json -o copy.db -txid 0000000000000002 app.db
$ ltx restore -config litestream.yml -dry-run -txid 0000000000000009 app.db
$ ltx restore -config litestream.yml -dry-run -f app.db
