// Package deadletter reads the messages that had no effect and sends them again: dead letters, which ingest could not
// read, and rejections, which the fold could not apply (input.rejected). Both are named by the place of their message:
// topic/partition/offset.
//
// A message that is sent again is a new message at a new place of the same source partition, with the header replay-of.
// The dead letter stays: its topic is a record of what came.
package deadletter
