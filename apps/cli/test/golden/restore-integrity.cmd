sound-replica sound
replica nonsense
file litestream.yml
  dbs:
    - path: sound.db
      replica: {path: sound}
    - path: nonsense.db
      replica: {path: nonsense}
$ ltx restore -config litestream.yml -integrity-check quick sound.db
$ ltx restore -config litestream.yml -integrity-check full -o again.db -json sound.db
$ ltx restore -config litestream.yml -integrity-check full nonsense.db
$ ltx status -config litestream.yml
