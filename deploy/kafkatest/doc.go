// Package kafkatest gives tests a Kafka: the embedded broker, or, where the environment says BAROMETER_TEST_KAFKA=real,
// an Apache Kafka, so that one suite holds both to the same behaviour.
//
// The Apache Kafka comes from Maven Central by fetch.sh into the user's cache, once, and needs Java 17 and Maven. It
// runs as one KRaft node on free loopback ports with its data in a temporary folder. It takes seconds to start, so a
// package whose TestMain calls Main shares one among its tests: names of topics and groups must then differ from test
// to test, and tests that restart it do not run beside others. It ends with the process of the tests, however that
// ends.
//
// Both clean compacted topics several times a second, and neither asks for a password.
package kafkatest
