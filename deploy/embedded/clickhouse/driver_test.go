package clickhouse

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/ext"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/shopspring/decimal"
)

func itoa(n int) string { return strconv.Itoa(n) }

func open(t *testing.T, s *Server, user string, method ch.CompressionMethod) driver.Conn {
	t.Helper()
	auth := ch.Auth{Database: "barometer", Username: user}
	if user == writer {
		auth.Password = s.WriterSecret()
	}
	conn, err := ch.Open(&ch.Options{Addr: []string{s.Addr()}, Protocol: ch.HTTP, Auth: auth,
		Compression: &ch.Compression{Method: method, Level: 3}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn
}

type row struct {
	ID     uint64
	Name   string
	Code   string
	Note   *string
	Tags   []string
	Amount decimal.Decimal
	At     time.Time
	Grade  string
}

func sample(i int) row {
	r := row{ID: uint64(i), Name: fmt.Sprintf("Käufer %d", i), Code: []string{"AT", "DE", "FR"}[i%3],
		Amount: decimal.New(int64(i)*1234567, -4), At: time.Date(2026, 3, 1, 12, 0, 0, 1e6*(i%1000),
			time.UTC).Add(time.Duration(i) * time.Second), Grade: []string{"good", "bad"}[i%2], Tags: []string{}}
	if i%4 == 0 {
		note := "note " + itoa(i)
		r.Note, r.Tags = &note, []string{"a", itoa(i)}
	}
	return r
}

func TestDriverRoundTrip(t *testing.T) {
	s := start(t, t.TempDir())
	defer stop(t, s)
	for _, method := range []ch.CompressionMethod{ch.CompressionNone, ch.CompressionLZ4, ch.CompressionZSTD,
		ch.CompressionGZIP, ch.CompressionDeflate, ch.CompressionBrotli} {
		t.Run(method.String(), func(t *testing.T) { roundTrip(t, s, method) })
	}
}

func roundTrip(t *testing.T, s *Server, method ch.CompressionMethod) {
	ctx, conn := t.Context(), open(t, s, writer, method)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(conn.Exec(ctx,
		`CREATE OR REPLACE TABLE rows (id UInt64, name String, code LowCardinality(String), note Nullable(String), tags Array(String), amount Decimal(18, 4), at DateTime64(3, 'UTC'), grade Enum8('good' = 1, 'bad' = 2)) ENGINE = MergeTree ORDER BY id
		SETTINGS non_replicated_deduplication_window = 100`))
	const n = 3000
	for range 2 { // the second is a repetition, which the token makes nothing of
		batch, err := conn.PrepareBatch(ch.Context(ctx, ch.WithSettings(ch.Settings{"insert_deduplication_token": "0-1"})),
			"INSERT INTO rows")
		check(err)
		for i := range n {
			r := sample(i)
			check(batch.Append(r.ID, r.Name, r.Code, r.Note, r.Tags, r.Amount, r.At, r.Grade))
		}
		check(batch.Send())
		check(batch.Close())
	}
	rows, err := conn.Query(ctx, "SELECT * FROM rows WHERE id < {below:UInt64} ORDER BY id", ch.Named("below", n))
	check(err)
	count := 0
	for ; rows.Next(); count++ {
		var r row
		check(rows.Scan(&r.ID, &r.Name, &r.Code, &r.Note, &r.Tags, &r.Amount, &r.At, &r.Grade))
		want := sample(count)
		if !r.Amount.Equal(want.Amount) || !r.At.Equal(want.At) {
			t.Fatalf("row %d: %+v, want %+v", count, r, want)
		}
		r.Amount, r.At = want.Amount, want.At
		if !reflect.DeepEqual(r, want) {
			t.Fatalf("row %d: %+v, want %+v", count, r, want)
		}
	}
	check(rows.Err())
	check(rows.Close())
	if count != n {
		t.Fatalf("%d rows, want %d", count, n)
	}
	empty, err := conn.Query(ctx, "SELECT * FROM rows WHERE id > 1000000")
	check(err)
	if empty.Next() {
		t.Fatal("rows in an empty answer")
	}
	check(empty.Close())
	check(conn.Exec(ctx, "CREATE OR REPLACE VIEW by_code AS SELECT count() AS c FROM rows WHERE code = {code:String}"))
	var c uint64
	check(open(t, s, "barometer_reader", method).QueryRow(ctx, "SELECT c FROM by_code(code = {code:String})",
		ch.Named("code", "AT")).Scan(&c))
	if c != n/3 {
		t.Fatalf("%d rows of AT, want %d", c, n/3)
	}
	if err := conn.Exec(ctx, "SELECT nothing"); err == nil {
		t.Fatal("no error for a column that is not there")
	} else if e := new(ch.Exception); !asException(err, e) || e.Code != 47 {
		t.Fatalf("%v, want code 47", err)
	}
}

func asException(err error, target *ch.Exception) bool {
	for err != nil {
		if e, ok := err.(*ch.Exception); ok {
			*target = *e
			return true
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return false
		}
		err = u.Unwrap()
	}
	return false
}

func TestDriverExternalTable(t *testing.T) {
	s := start(t, t.TempDir())
	defer stop(t, s)
	table, err := ext.NewTable("ids", ext.Column("id", "UInt64"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint64(5) {
		if err := table.Append(i); err != nil {
			t.Fatal(err)
		}
	}
	var sum uint64
	ctx := ch.Context(t.Context(), ch.WithExternalTable(table))
	if err := open(t, s, "default", ch.CompressionNone).QueryRow(ctx, "SELECT sum(id) FROM ids").Scan(&sum); err != nil ||
		sum != 10 {
		t.Fatal(sum, err)
	}
}

func TestStatementEndsWithItsClient(t *testing.T) {
	s := start(t, t.TempDir())
	defer stop(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var n uint64
	if err := open(t, s, "default", ch.CompressionNone).QueryRow(ctx,
		"SELECT sum(cityHash64(number)) FROM numbers(1000000000000)").Scan(&n); err == nil {
		t.Fatal("a sum over 10^12 numbers in 0.3 s")
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		got, _ := ask(t, s, "", "SELECT count() FROM system.processes WHERE query LIKE '%sum(cityHash64%' AND query NOT "+
			"LIKE '%processes%'", nil)
		if got == "0\n" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the statement still runs: %q", got)
		}
	}
}

func TestUnknownSettingAndMidStreamFailure(t *testing.T) {
	s := start(t, t.TempDir())
	defer stop(t, s)
	if body, _ := ask(t, s, "", "SELECT 1", url.Values{"no_such_setting": {"1"}}); len(body) < 9 ||
		body[:9] != "Code: 115" {
		t.Fatalf("unknown setting: %q", body)
	}
	conn := open(t, s, "default", ch.CompressionNone)
	rows, err := conn.Query(t.Context(), "SELECT throwIf(number = 3000000) FROM numbers(5000000)")
	for err == nil && rows.Next() {
	}
	if err == nil {
		err = rows.Err()
	}
	if e := new(ch.Exception); !asException(err, e) || e.Code != 395 {
		t.Fatalf("%v, want code 395", err)
	}
}
