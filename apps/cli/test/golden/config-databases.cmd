# The shape of an entry, and its replica.
file neither.yml
  dbs: [{replica: {path: /r}}]
$ ltx databases -config neither.yml
file both.yml
  dbs: [{path: /a, dir: /b}]
$ ltx databases -config both.yml
file pattern.yml
  dbs: [{dir: /b}]
$ ltx databases -config pattern.yml
file watch.yml
  dbs: [{path: /a, watch: true}]
$ ltx databases -config watch.yml
file meta.yml
  dbs: [{path: /a, meta-dir: /m}]
$ ltx databases -config meta.yml
file dir.yml
  dbs: [{dir: /b, pattern: '*.db', replica: {path: /r}}]
$ ltx databases -config dir.yml
$ ltx replicate -config dir.yml
file none.yml
  dbs: [{path: /a}]
$ ltx databases -config none.yml
file two.yml
  dbs: [{path: /a, replicas: [{path: /r}, {path: /s}]}]
$ ltx databases -config two.yml
file replica-and-replicas.yml
  dbs: [{path: /a, replica: {path: /r}, replicas: [{path: /s}]}]
$ ltx databases -config replica-and-replicas.yml
file url-and-path.yml
  dbs: [{path: /a, replica: {url: 'file:///r', path: /s}}]
$ ltx databases -config url-and-path.yml
file url-as-path.yml
  dbs: [{path: /a, replica: {path: 's3://user:secret@bucket/prefix'}}]
$ ltx databases -config url-as-path.yml
file no-path.yml
  dbs: [{path: /a, replica: {type: file}}]
$ ltx databases -config no-path.yml
file no-scheme.yml
  dbs: [{path: /a, replica: {url: /r}}]
$ ltx databases -config no-scheme.yml
file type.yml
  dbs: [{path: /a, replica: {type: floppy}}]
$ ltx databases -config type.yml
file scheme.yml
  dbs: [{path: /a, replica: {url: 'foo://a'}}]
$ ltx databases -config scheme.yml
file later.yml
  dbs: [{path: /a, replica: {type: s3, bucket: b}}]
$ ltx databases -config later.yml
file age.yml
  dbs: [{path: /a, replica: {path: /r, age: {recipients: [age1]}}}]
$ ltx databases -config age.yml
# What the storage cannot do with, though the table does not show it.
file url-and-bucket.yml
  dbs: [{path: /a, replica: {url: s3://bucket/prefix, bucket: other}}]
$ ltx databases -config url-and-bucket.yml
$ ltx status -config url-and-bucket.yml
file no-host.yml
  dbs: [{path: /a, replica: {type: sftp, user: me}}]
$ ltx databases -config no-host.yml
# A URL without a scheme may have a password in it as well.
file secret.yml
  dbs: [{path: /a, replica: {url: "//me:SECRET@host/x"}}]
$ ltx databases -config secret.yml
# What is odd is told before what is wrong.
file odd-and-wrong.yml
  sync-intervall: 5s
  socket: {permissions: x}
$ ltx databases -config odd-and-wrong.yml
$ ltx config check -config odd-and-wrong.yml
