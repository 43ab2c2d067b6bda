database app.db
file litestream.yml
  socket: {enabled: true, path: s.sock}
  dbs: [{path: app.db, replica: {path: r}}]
daemon litestream.yml
$ ltx sync -wait -socket s.sock app.db
$ ltx start -socket s.sock app.db
$ ltx stop -socket s.sock app.db
$ ltx stop -socket s.sock -json app.db
$ ltx list -socket s.sock
$ ltx sync -socket s.sock app.db
# A stopped database is nobody's: its local state may be reset.
$ ltx reset -config litestream.yml app.db
$ ltx start -socket s.sock -json app.db
$ ltx list -socket s.sock
$ ltx start -socket s.sock unknown.db
$ ltx stop -socket s.sock unknown.db
