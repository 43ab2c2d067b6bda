# The help of one verb.
$ ltx replicate -h
$ ltx restore -help
$ ltx databases --help
$ ltx ltx -h
$ ltx status -h x
$ ltx reset -h
$ litestream version -h
