# Warnings go to stderr where stdout has a result.
file litestream.yml
  validation-interval: 1h
  adr: x
  snapshot-interval: 1h
  exec: run this
  exec: run that
  dbs:
    - path: /data/app.db
      monitor_interval: 1s
      replica:
        path: /backup/app
        retention: 24h
        part-size: 10MB
$ ltx databases -config litestream.yml
env LOG_LEVEL=error
$ ltx databases -config litestream.yml
