# Every database of a configuration file, and one that has no replica yet.
$ ltx verify -config missing.yml
file empty.yml
  dbs: []
$ ltx verify -config empty.yml
database many/one.db
file litestream.yml
  dbs:
    - dir: $DIR/many
      pattern: "*.db"
      replica: {path: $DIR/backup}
env DIR=.
$ ltx replicate -once -log-level error -config litestream.yml
$ ltx verify -config litestream.yml
database many/two.db
$ ltx verify -config litestream.yml
$ ltx verify -json -config litestream.yml
$ ltx verify -dir nowhere -config litestream.yml
