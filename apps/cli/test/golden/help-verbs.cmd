# The help of one verb.
$ ltx replicate -h
$ ltx restore -help
$ ltx databases --help
$ ltx ltx -h
$ ltx help status
$ litestream help ltx
$ ltx help wal
$ ltx help nonsense
$ ltx help -x
$ ltx status -h x
$ ltx reset -h
$ litestream version -h
