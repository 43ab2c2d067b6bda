file list.yml
  dbs:
    path: app.db
$ ltx databases -config list.yml
file duration.yml
  dbs:
    - path: app.db
      monitor-interval: 1d
      replica: {path: /r}
$ ltx databases -config duration.yml
file many.yml
  retention: 24h
  socket:
    permissions: '0600'
  logging:
    stderr: 'true'
$ ltx databases -config many.yml
file syntax.yml
  dbs:
    - path: "app.db
$ ltx databases -config syntax.yml
file secret.yml
  dbs:
    - path: app.db
      replica:
        secret-access-key: [hunter2]
$ ltx databases -config secret.yml
