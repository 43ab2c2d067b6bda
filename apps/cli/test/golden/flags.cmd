# The flag grammar of Go.
$ ltx version -x
$ ltx restore -x -h
$ ltx version ---verbose
$ ltx version -=1
$ ltx version -verbose=maybe
$ ltx restore -o
$ ltx restore -parallelism x a
$ ltx restore -parallelism 99999999999999999999 a
$ ltx restore -follow-interval 1d a
$ ltx restore -txid zz file:///a
$ ltx restore -txid 0000000000000000 file:///a
$ ltx ltx -level 10 /a
$ ltx ltx -level some /a
