file litestream.yml
  # Comments, anchors and variables.
  x-file: &file
    type: file
  dbs:
    - path: app.db
      replica:
        <<: *file
        path: backup/app
    - path: sqlite3:///data/${NAME}.db
      replicas:
        - url: file:///backup/other
    - path: ~/home.db
      replica:
        path: $UNSET/backup/home
env NAME=other
$ ltx databases -config litestream.yml
$ ltx databases -json --config litestream.yml
env LITESTREAM_CONFIG=litestream.yml
$ litestream databases
$ litestream databases -no-expand-env
file empty.yml
$ ltx databases -config empty.yml
$ ltx databases -json -config empty.yml
