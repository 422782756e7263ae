package main

import (
	"os"
	"testing"

	"barometer/deploy/embedded/clickhouse"
)

// asProduct makes the binary of the tests the product itself, so that a test can start it and kill it.
const asProduct = "BAROMETER_TEST_PRODUCT"

func TestMain(m *testing.M) {
	if os.Getenv(asProduct) != "" || clickhouse.IsChild() {
		main()
	}
	os.Exit(m.Run()) // not kafkatest.Main: each installation needs a Kafka of its own
}
