# What is refused before any daemon is asked.
$ ltx sync
$ litestream start
$ litestream stop
$ ltx unregister
$ ltx register
$ ltx register -socket s.sock app.db
$ ltx register -replica file:///r
$ ltx sync a.db b.db
$ ltx start a.db -json
$ ltx list x
$ ltx info x
$ ltx sync -timeout 0 app.db
$ ltx register -replica file:///r -timeout -1 app.db
$ ltx unregister -timeout 0 app.db
$ ltx list -timeout 0
$ ltx info -timeout 0
$ ltx start -timeout -1 app.db
$ ltx sync -timeout x app.db
# Asked for what is missing first, in this order.
$ ltx register -timeout 0 a.db b.db
$ ltx register -timeout 0 a.db
$ ltx unregister -dry-run -socket s.sock -timeout 5 app.db
$ ltx unregister -dry-run -json app.db
