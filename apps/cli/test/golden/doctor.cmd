$ ltx doctor
file litestream.yml
  dbs:
    - path: app.db
      replica: {path: backup/app}
replica backup/app
$ ltx doctor -config litestream.yml app.db
$ ltx doctor -json -config litestream.yml app.db
# nothing is left behind
$ ltx ltx -level all -config litestream.yml app.db
file a-file
  this is no directory
file other.yml
  dbs:
    - path: app.db
      replica: {path: a-file}
$ ltx doctor -config other.yml app.db
$ ltx doctor foo://bar
