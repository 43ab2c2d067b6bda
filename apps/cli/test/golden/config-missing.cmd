$ ltx databases -config /no/such/file.yml
$ ltx databases --config=nope.yml
env LITESTREAM_CONFIG=named.yml
$ ltx status
$ ltx databases -config ~/x.yml
