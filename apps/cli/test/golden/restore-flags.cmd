$ litestream restore file:///backup
$ ltx restore -o x -config litestream.yml file:///backup
$ ltx restore -o x -integrity-check some file:///backup
$ ltx restore -o x -timestamp yesterday file:///backup
$ ltx restore -o x -timestamp '2026-01-02 03:04:05' file:///backup
$ ltx restore -o x -txid 00000000000000Ab -timestamp 2026-01-02T03:04:05Z file:///backup
$ ltx restore -o x -f -txid 0000000000000001 file:///backup
$ ltx restore -o x -f -timestamp 2026-01-02T03:04:05Z file:///backup
$ ltx restore -o x -f -dry-run file:///backup
$ ltx restore -o x -parallelism 0 file:///no/such/replica
$ litestream restore sftp://user:secret@host/path
