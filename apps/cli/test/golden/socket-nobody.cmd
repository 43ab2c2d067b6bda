# No daemon: the socket is named, and what to do.
$ ltx sync -socket s.sock app.db
$ litestream list -socket missing/s.sock
$ ltx start -socket s.sock -timeout 0 app.db
$ ltx info -socket ''
file plain
  x
$ ltx info -socket plain
