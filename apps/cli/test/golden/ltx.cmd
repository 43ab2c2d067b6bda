replica backup/app
file litestream.yml
  dbs:
    - path: app.db
      replica: {path: backup/app}
$ ltx ltx -config litestream.yml app.db
$ ltx ltx -level all -config litestream.yml sqlite://app.db
$ ltx ltx -level 9 -json -config litestream.yml app.db
$ litestream wal -level 9 -config litestream.yml app.db
$ ltx ltx -level 1 -config litestream.yml app.db
$ ltx ltx -level 1 -json -config litestream.yml app.db
$ ltx ltx -config litestream.yml other.db
$ ltx ltx -config litestream.yml file:///backup/app
$ ltx ltx file:///no/such/replica
$ ltx ltx s3://user:secret@bucket/prefix
$ ltx ltx foo://bar
$ ltx ltx app.db
