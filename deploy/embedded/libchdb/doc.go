// Package libchdb says where the engine of the embedded ClickHouse lies on this machine.
//
// fetch.sh (make libchdb) puts it there: the shared library of the version that package-lock.json
// pins, from npm, checked against the lock file's sha512, in the user's cache directory. This package
// never fetches anything itself. BAROMETER_LIBCHDB names another copy, which is used as it is.
package libchdb
