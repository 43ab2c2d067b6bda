# What the configuration file says, and what is odd or wrong about it. Nothing is made: no database, no socket, no log.
env KEY_ID=hunter1
env SECRET=hunter2
file litestream.yml
  addr: ":9090"
  logging: {file: ltx.log}
  access-key-id: $KEY_ID
  secret-access-key: ${SECRET}
  heartbeat-url: https://example.com/hunter3
  dbs:
    - path: app.db
      replica:
        url: s3://bucket/app?region=eu-west-1
    - dir: data
      pattern: '*.db'
      watch: yes
      replica:
        url: sftp://me:hunter4@example.com/backup
$ ltx config check -config litestream.yml
$ ltx config check -json -config litestream.yml
$ ltx config check -strict -no-expand-env -config litestream.yml
file odd.yml
  sync_interval: 1s
  part-size: 5MB
  l0-retention: 300
  logging: {level: verbose}
  socket: {permissions: 600}
  dbs:
    - path: app.db
      busy-timeout: 5s
      sync-interval: 1s
      replicas:
        - {path:/backup, path: /backup, name: old, region: eu}
$ ltx config check -config odd.yml
$ ltx config check -json -strict -config odd.yml
file wrong.yml
  addr: localhost
  dbs:
    - path: a.db
      replica: {type: s3, access-key-id: hunter5}
    - path: b.db
      replica: {type: floppy}
    - path: a.db
      replica: {url: 's3://bucket/a', bucket: other}
$ ltx config check -config wrong.yml
file kinds.yml
  snapshot: 1d
  dbs:
    - path: a.db
      monitor-interval: often
$ ltx config check -config kinds.yml
file empty.yml
$ ltx config check -strict -config empty.yml
directory folder
$ ltx config check -config folder
$ ltx config check -config missing.yml
$ ltx config check litestream.yml
$ ltx config
$ ltx config -h
$ ltx config check -h
$ ltx config schema -h
$ ltx config nonsense
