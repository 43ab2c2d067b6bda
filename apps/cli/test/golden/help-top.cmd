# The top-level help: exit 0 when it was asked for, 1 when it is an answer to something else.
$ ltx help
$ ltx -h
$ ltx -help
$ ltx --help
$ ltx
$ ltx -config x
$ litestream help
