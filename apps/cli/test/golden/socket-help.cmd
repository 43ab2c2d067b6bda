$ ltx sync -h
$ ltx start -h
$ ltx stop -h
$ ltx register -h
$ ltx unregister -h
$ ltx list -h
$ ltx info -h
