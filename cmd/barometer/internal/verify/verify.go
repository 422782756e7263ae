package verify

import (
	"context"
	"fmt"
	"sync"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/storage"

	"github.com/sourcegraph/conc/pool"
)

// Kafka is what it reads.
type Kafka interface {
	Partitions(ctx context.Context, topic string) (int, error)
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
	Committed(ctx context.Context, group, topic string) ([]int64, error)
}

// Tables is ClickHouse.
type Tables interface {
	Stored(ctx context.Context, opened *event.LogOpened, partition int) (storage.Place, error)
	NewComparison(generation, partition uint32) *storage.Comparison
	CompareDays(ctx context.Context, opened *event.LogOpened, partition int, tell func(table string, day event.Day,
		what string)) (int, error)
}

// Config says what to compare.
type Config struct {
	Kafka       Kafka
	Tables      Tables // nil: not reached, which is a difference of its own
	TablesError string // why
	Parse       func(content []byte) (*event.Model, error)
	Aside       map[int]map[int64]string // records that are quarantined, by partition and offset
	Parallel    int                      // partitions at once
	Progress    func(done, of int64)     // records of the log; may be nil
}

// maxTold is how many differences of a check are told.
const maxTold = 20

// Check is one comparison.
type Check struct {
	Name        string   `json:"name"`
	Compared    int64    `json:"compared"`
	Differences int64    `json:"differences"`
	Told        []string `json:"told,omitempty"` // the first of them
	Left        string   `json:"left,omitempty"` // what could not be compared, and why
}

// Report is what was compared.
type Report struct {
	LogID      string  `json:"log_id"`
	Generation uint32  `json:"generation"`
	Partitions int     `json:"partitions"`
	Records    int64   `json:"records"` // of the log that were folded
	Checks     []Check `json:"checks"`
}

// Fine tells whether everything was compared and nothing differs. What retention took does not count.
func (r *Report) Fine() bool {
	for i := range r.Checks {
		if r.Checks[i].Differences > 0 {
			return false
		}
	}
	return true
}

// Names of the checks.
const (
	checkLog           = "log"
	checkDecisions     = "decisions"
	checkCapacity      = "capacity"
	checkRelays        = "relays"
	checkTables        = "tables"
	checkSources       = "sources"
	checkNotifications = "notifications"
)

// run is one verification.
type run struct {
	Config
	mu      sync.Mutex                  // of what follows
	marked  map[event.Stream]*bitmap    // source messages found, by stream
	sources map[event.Stream]offsetSpan // what of them is to be found
	relays  map[route]*relays
	report  Report
	ends    []int64 // of the log, by partition: what is compared
	done    int64
	of      int64
}

// Run compares. An error is one of reading; what differs is in the report.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	r := &run{Config: cfg, marked: map[event.Stream]*bitmap{}, sources: map[event.Stream]offsetSpan{},
		relays: map[route]*relays{}}
	for _, name := range []string{checkLog, checkDecisions, checkRelays, checkTables, checkSources, checkNotifications,
		checkCapacity} {
		r.report.Checks = append(r.report.Checks, Check{Name: name})
	}
	n, err := cfg.Kafka.Partitions(ctx, kafkalog.TopicLog)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	r.report.Partitions = n
	if err := r.beginSources(ctx); err != nil {
		return nil, fmt.Errorf("verify the sources: %w", err)
	}
	parts := make([]*partition, n)
	for p := range parts {
		if parts[p], err = r.begin(ctx, p); err != nil {
			return nil, fmt.Errorf("verify partition %d: %w", p, err)
		}
		r.ends = append(r.ends, parts[p].end)
		r.of += parts[p].end
	}
	if cfg.Tables == nil {
		r.differ(checkTables, "ClickHouse was not compared: %s", cfg.TablesError)
	}
	work := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError().WithMaxGoroutines(max(1, cfg.Parallel))
	for _, p := range parts {
		work.Go(func(ctx context.Context) error {
			if err := p.compare(ctx); err != nil {
				return fmt.Errorf("verify partition %d: %w", p.number, err)
			}
			if err := p.days(ctx); err != nil {
				return fmt.Errorf("verify the days of partition %d: %w", p.number, err)
			}
			if err := p.letters(ctx); err != nil {
				return fmt.Errorf("verify the notifications of partition %d: %w", p.number, err)
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	r.endRelays()
	if err := r.endSources(ctx); err != nil {
		return nil, fmt.Errorf("verify the sources: %w", err)
	}
	return &r.report, nil
}

func (r *run) check(name string, change func(c *Check)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.report.Checks {
		if r.report.Checks[i].Name == name {
			change(&r.report.Checks[i])
		}
	}
}

// compared counts what was compared.
func (r *run) compared(name string, n int) {
	r.check(name, func(c *Check) { c.Compared += int64(n) })
}

// differ tells a difference.
func (r *run) differ(name, format string, args ...any) {
	r.check(name, func(c *Check) {
		if c.Differences++; len(c.Told) < maxTold {
			c.Told = append(c.Told, fmt.Sprintf(format, args...))
		}
	})
}

// left says what could not be compared.
func (r *run) left(name, what string) { r.check(name, func(c *Check) { c.Left = what }) }

// folded moves the progress.
func (r *run) folded(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done += n
	r.report.Records += n
	if r.Progress != nil {
		r.Progress(r.done, r.of)
	}
}

// reader reads a partition of a topic in order.
type reader struct {
	kafka     Kafka
	topic     string
	partition int
	next, end int64
	records   []kafkalog.Record
}

const fetchBytes = 1 << 20

// read gives the next record below the end, nil where there is none.
func (r *reader) read(ctx context.Context) (*kafkalog.Record, error) {
	for len(r.records) == 0 {
		if r.next >= r.end {
			return nil, nil
		}
		b, err := r.kafka.Fetch(ctx, r.topic, r.partition, r.next, kafkalog.FetchOptions{MaxBytes: fetchBytes})
		if err != nil {
			return nil, err
		}
		if r.next, r.records = b.Next, b.Records; b.Next >= b.End && len(b.Records) == 0 {
			return nil, nil
		}
	}
	record := &r.records[0]
	r.records = r.records[1:]
	if record.Offset >= r.end {
		r.records, r.next = nil, r.end
		return nil, nil
	}
	return record, nil
}
