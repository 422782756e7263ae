// Package datadir keeps the data directory of one installation for one process.
//
// The broker and the engine of the embedded default both write below it, and neither would notice a second process in
// time. So one lock covers the whole directory. The kernel holds it: it ends with the process, however that ends, and
// no stale file has to be removed by hand.
//
// It refuses a directory that another process holds, and one that others than its owner could write.
//
// The caller locks before it opens anything below the directory and closes after the last write.
package datadir
