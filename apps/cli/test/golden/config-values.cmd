# Values of the right kind that make no sense. The first one is told.
file snapshot.yml
  snapshot: {interval: 0s}
$ ltx databases -config snapshot.yml
file shutdown.yml
  shutdown-sync-timeout: -1h
$ ltx databases -config shutdown.yml
file heartbeat.yml
  heartbeat-url: example.com
$ ltx databases -config heartbeat.yml
file heartbeat-interval.yml
  heartbeat-interval: 30s
$ ltx databases -config heartbeat-interval.yml
file levels.yml
  levels:
    - interval: 30s
    - interval: 0
$ ltx databases -config levels.yml
file many-levels.yml
  levels: [{interval: 1s}, {interval: 2s}, {interval: 3s}, {interval: 4s}, {interval: 5s}, {interval: 6s}, {interval: 7s}, {interval: 8s}, {interval: 9s}]
$ ltx databases -config many-levels.yml
file logging.yml
  logging: {type: xml}
$ ltx databases -config logging.yml
file sync.yml
  dbs:
    - path: /data/app.db
      replica: {path: /r, sync-interval: 0s}
$ ltx databases -config sync.yml
file pages.yml
  dbs: [{path: /data/app.db, min-checkpoint-page-count: 0, replica: {path: /r}}]
$ ltx databases -config pages.yml
file two.yml
  dbs:
    - path: /data/a.db
      snapshot: {interval: 1h}
      replica: {path: /ra}
    - path: /data/b.db
      snapshot: {interval: 2h}
      replica: {path: /rb}
$ ltx databases -config two.yml
