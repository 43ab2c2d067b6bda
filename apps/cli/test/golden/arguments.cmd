# Missing and superfluous arguments.
$ ltx restore
$ litestream restore ''
$ ltx restore a b
$ ltx restore a -h
$ ltx ltx
$ ltx wal
$ ltx ltx a b
$ ltx reset
$ ltx reset a b
$ ltx databases x
$ ltx version ignored words
