$ ltx version
$ litestream version -verbose
$ ltx version --verbose=false
# What other programs take for it.
$ ltx --version
$ litestream -version -verbose
