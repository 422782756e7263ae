package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// holder is the policyholder of the simulated economy that listens.
const holder = "h-01"

// TestKilledInTheMiddleLosesAndDoublesNothing kills the whole product with SIGKILL, in the middle of a simulated
// economy, again and again, every other time after its ClickHouse, and then holds everything that it wrote against a
// fold of the log that nobody interrupted (I1 to I5). BAROMETER_TEST_ROUNDS and BAROMETER_TEST_SEED choose another
// number of kills and other moments.
func TestKilledInTheMiddleLosesAndDoublesNothing(t *testing.T) {
	long(t)
	rounds, seed := number("BAROMETER_TEST_ROUNDS", 4), number("BAROMETER_TEST_SEED", int(time.Now().UnixNano()&0xffffff))
	t.Logf("BAROMETER_TEST_SEED=%d", seed)
	moments := rand.New(rand.NewPCG(uint64(seed), 0))
	hooks := newReceiver(t)
	p := newProduct(t)
	// without the economy
	resting := []string{"run", "--clock=driven", "--data_dir=" + filepath.Join(p.dir, "data", "simulation")}

	p.start(resting...)
	p.ready()
	p.subscribe(hooks)
	p.kill()
	for round := range rounds {
		p.start("run", "--simulate", "--buyers=300", "--holders=3", "--day-takes=0s")
		p.ready()
		time.Sleep(time.Duration(300+moments.IntN(1500)) * time.Millisecond)
		if round%2 == 0 {
			p.untilHalfABatchIsStored()
		} else {
			p.killEngine()
			time.Sleep(time.Duration(moments.IntN(600)) * time.Millisecond)
		}
		p.kill()
	}
	p.start(resting...)
	p.ready()

	auditAll(t, p, hooks)
	p.stop()
}

// untilHalfABatchIsStored returns where rows of a batch are stored and the row that says so is not, or after some
// seconds.
func (p *product) untilHalfABatchIsStored() {
	for end := time.Now().Add(4 * time.Second); time.Now().Before(end); {
		rows, err := p.query("SELECT max(o) FROM (SELECT log_partition, max(log_offset) AS o FROM payments GROUP BY " +
			"log_partition) AS a" +
			" JOIN (SELECT log_partition, max(next_offset) AS n FROM progress GROUP BY log_partition) AS b USING " +
			"log_partition WHERE o >= n")
		if err == nil && rows[0][0] != "0" {
			return
		}
	}
}

func number(variable string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil && n > 0 {
		return n
	}
	return otherwise
}
