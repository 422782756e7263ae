// Package broker is the Kafka of the embedded default: kfake of franz-go with its data directory, one broker on a
// loopback address that any Kafka client can use.
//
// What is acknowledged survives a kill -9; a power failure may cost the newest second or so, as the files are left to
// the page cache (like Apache Kafka's own default with one replica).
//
// It refuses an address that is not loopback, because it asks nobody for a password; and it refuses every produce
// request while less than MinFreeBytes are free on the disk of its data directory, with the error KAFKA_STORAGE_ERROR,
// which producers repeat, so that intake stops and goes on by itself when there is room.
//
// It repairs five things that kfake gets wrong: records of topics with message.timestamp.type=LogAppendTime get the
// broker's time (readers see it; the answer to the producer does not tell it); batches whose producer claims that type
// for itself are stored without the claim, which would make kfake store a wrong checksum; a fetch is bounded by
// partition only, because kfake forgets the list of aborted transactions where it meets the bound over all partitions;
// and a member of a consumer group that is killed while it joins leaves the group within its rebalance timeout, where
// kfake would keep it, and its partitions, for ever; and a partition whose compaction a kill interrupts is put back as
// it was (cleaner.go).
//
// Limits, by the way kfake works:
//
//   - One goroutine serves everything: on two cores one to two million records of 200 bytes a second in batches of 4
//     000, some twenty thousand requests of one record.
//   - Each batch costs about 150 bytes of memory for as long as it is kept: small batches are dear, and every topic
//     that can have a retention must have one.
//   - It reads its whole log when it starts, and after a kill holds it while reading: 3 GB take five seconds and 3 GB
//     of memory. Who outgrows that points kafka.brokers at a real Kafka.
//   - Retention and compaction run every CleanEvery, before the next record is taken in, and the broker stands still
//     meanwhile.
//   - It takes records without a key into compacted topics, and any time: Apache Kafka refuses both.
//   - A bad checksum in the middle of a file cuts the rest of that file off, with a warning in the log.
//
// What the caller owes: one process per data directory (package datadir), and Stop before that is given up.
package broker
