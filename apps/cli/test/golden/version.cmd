$ ltx version
$ litestream version -verbose
$ ltx version --verbose=false
