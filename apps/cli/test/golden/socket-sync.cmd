database app.db
file litestream.yml
  socket: {enabled: true, path: s.sock}
  dbs:
    - path: app.db
      replica: {path: r}
    - path: later.db
      replica: {path: r2}
daemon litestream.yml
$ ltx sync -socket s.sock -wait app.db
$ ltx sync -socket s.sock app.db
$ litestream sync -socket s.sock -json app.db
$ litestream sync -socket s.sock -json -wait -timeout 20 app.db
# Nothing to sync is no failure; nothing to wait for is one.
$ ltx sync -socket s.sock later.db
$ ltx sync -socket s.sock -wait later.db
$ ltx sync -socket s.sock unknown.db
