// Package importer loads files of CSV or JSON lines into the source topics, for `barometer import`.
//
// A column map (a YAML file, see configs/imports) says which messages a row becomes; JSON lines may also be messages
// already. Each message passes the decoder that ingest uses before anything of its row is sent, and a row is taken or
// rejected whole. Rejected rows go to a file of the form that was read, so that it can be corrected and imported again:
// with a map whose ids are made of the row, what is imported twice changes nothing.
//
// Messages are sent in the order of the file, those of one policy (else buyer, country, id) to one partition, so that a
// history and the message that closes it keep their order. Memory is bounded by one batch and one row, of at most 1
// MiB.
package importer
