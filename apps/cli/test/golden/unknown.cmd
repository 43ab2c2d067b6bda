$ ltx foo
$ litestream foo
$ ltx generations
$ ltx toString
