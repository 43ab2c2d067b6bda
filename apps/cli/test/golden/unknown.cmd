$ ltx foo
$ litestream foo
$ ltx generations
$ ltx toString
# A slip of the finger.
$ ltx restor app.db
$ litestream snapshots
$ ltx Version
