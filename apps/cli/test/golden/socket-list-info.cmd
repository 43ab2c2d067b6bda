database app.db
file empty.yml
  socket: {enabled: true, path: e.sock}
file litestream.yml
  socket: {enabled: true, path: s.sock}
  dbs:
    - path: app.db
      replica: {path: r}
    - path: later.db
      replica: {path: r2}
daemon empty.yml
$ ltx list -socket e.sock
$ ltx list -socket e.sock -json
$ ltx info -socket e.sock
daemon litestream.yml
$ ltx sync -wait -socket s.sock app.db
$ ltx list -socket s.sock
$ litestream list -socket s.sock -json
$ litestream info -socket s.sock
$ ltx info -socket s.sock -json
