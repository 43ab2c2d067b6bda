# Q1: only the literal -h, -help and --help make the exit code 0, anywhere on the line.
$ ltx version --h
$ ltx version -h=1
$ ltx version --h -help
