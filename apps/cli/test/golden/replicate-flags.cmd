# What is refused before anything is opened.
file litestream.yml
  exec: serve
  dbs: [{path: app.db, replica: {path: r}}]
$ ltx replicate app.db
$ litestream replicate -config litestream.yml app.db
$ ltx replicate -config litestream.yml app.db file:///r
$ ltx replicate app.db -once file:///r
$ ltx replicate app.db file:///r -once
$ ltx replicate app.db file:///r file:///s
$ ltx replicate app.db /r
$ ltx replicate app.db s3://user:secret@bucket/prefix
$ ltx replicate -once -config litestream.yml
$ ltx replicate -once -exec x app.db file:///r
$ ltx replicate -force-snapshot app.db file:///r
$ ltx replicate -enforce-retention app.db file:///r
$ ltx replicate -exec "sh -c 'open" app.db file:///r
$ ltx replicate -exec '  ' app.db file:///r
$ ltx replicate -config nope.yml
$ ltx replicate '' file://$DIR/backup
$ ltx replicate -once -log-level loud app.db file://$DIR/backup
