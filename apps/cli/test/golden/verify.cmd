$ ltx verify -h
sound-replica backup/app
$ ltx verify file://$DIR/backup/app
$ ltx verify -json -all file://$DIR/backup/app
legacy-replica old
$ ltx verify file://$DIR/old
replica made
$ ltx verify file://$DIR/made
directory empty
$ ltx verify file://$DIR/empty
$ ltx verify -dir nowhere file://$DIR/backup/app
$ ltx verify a b
$ ltx verify -parallelism 0 file://$DIR/backup/app
