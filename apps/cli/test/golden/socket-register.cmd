database app.db
database data/more.db
file litestream.yml
  socket: {enabled: true, path: s.sock}
  dbs: [{path: app.db, replica: {path: r}}]
daemon litestream.yml
$ ltx sync -socket s.sock -wait app.db
$ ltx register -socket s.sock -replica file://$DIR/more data/more.db
$ ltx register -socket s.sock -replica nonsense data/more.db
$ ltx register -socket s.sock -json -replica file://$DIR/more data/more.db
$ ltx register -socket s.sock -replica file://$DIR/later later.db
$ ltx sync -socket s.sock -wait data/more.db
$ ltx unregister -socket s.sock data/more.db
$ ltx unregister -socket s.sock data/more.db
$ ltx unregister -socket s.sock -json later.db
# What is wrong with a URL is told without its secrets.
$ ltx register -socket s.sock -replica s3://user:secret@bucket/prefix third.db
$ ltx register -socket s.sock -replica fle:///x third.db
$ ltx register -socket s.sock -replica /x third.db
# What shows only when it is looked at is in the list.
file text.db
  This is no database, but it is long enough for SQLite to look at it: .................................................
$ ltx register -socket s.sock -replica file://$DIR/text text.db
$ ltx list -socket s.sock
