package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"
	"barometer/processor/model"
)

// audit holds what an installation wrote against a fold of its log that nobody interrupted. Nothing may be written any
// more but the ticks that repeat themselves.
type audit struct {
	t      *testing.T
	p      *product
	client *kafkalog.Client
	logs   []partitionLog
	marked int64 // records that a mark skipped
}

// partitionLog is one partition of the log, and what follows from it.
type partitionLog struct {
	records [][]byte // by offset
	expect  []processor.Record
	next    int64                         // offset after the last batch of the last cut
	rows    map[string]map[string]bool    // by table: positions that it must hold
	sources map[event.Source]map[int]bool // of the records that no mark skipped
}

// auditAll holds all that an installation wrote against its log, and the receiver's webhooks too. So does the product's
// own command.
func auditAll(t *testing.T, p *product, hooks *receiver) {
	t.Helper()
	a := audit{t: t, p: p, client: p.client()}
	a.settle()
	a.compareClickHouse()
	a.accountForSources()
	a.compareNotifications(hooks)
	t.Log(p.command("verify"))
}

// settle reads and folds the log when nothing comes any more: what folds tell each other makes them decide, and tell
// more.
func (a *audit) settle() {
	a.t.Helper()
	for range 20 {
		a.awaitIngest()
		a.readLog()
		a.foldAlone()
		a.compareDecisions()
		if !a.grew() {
			return
		}
	}
	a.t.Fatal("the log goes on growing")
}

// grew tells whether the log has grown by more than ticks since it was read.
func (a *audit) grew() bool {
	a.t.Helper()
	grew := false
	_, err := a.client.ReadAll(a.context(), kafkalog.TopicLog, func(p int, r kafkalog.Record) error {
		if r.Offset < int64(len(a.logs[p].records)) {
			return nil
		}
		e, err := new(event.Decoder).Decode(r.Value)
		grew = grew || err == nil && e.Kind != event.KindTick
		return err
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return grew
}

func (a *audit) context() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	a.t.Cleanup(cancel)
	return ctx
}

var sourceTopics = []event.Topic{event.TopicIndicators, event.TopicPayments, event.TopicNews, event.TopicPortfolio,
	event.TopicOrders}

// awaitIngest waits until ingest has everything that was sent.
func (a *audit) awaitIngest() {
	a.t.Helper()
	for _, topic := range append(slices.Clone(sourceTopics), event.TopicRelays) {
		a.p.eventually(30*time.Second, "ingest has read "+topic.String(), func() error {
			committed, err := a.client.Committed(a.context(), ingest.GroupID, topic.String())
			if err != nil {
				return err
			}
			for p, c := range committed {
				o, err := a.client.Offsets(a.context(), topic.String(), p)
				if err != nil || max(c, 0) < o.End {
					return fmt.Errorf("%s/%d: committed %d of %d: %w", topic, p, c, o.End, err)
				}
			}
			return nil
		})
	}
}

func (a *audit) readLog() {
	a.t.Helper()
	ctx := a.context()
	n, err := a.client.Partitions(ctx, kafkalog.TopicLog)
	if err != nil {
		a.t.Fatal(err)
	}
	a.logs, a.marked = make([]partitionLog, n), 0
	_, err = a.client.ReadAll(ctx, kafkalog.TopicLog, func(p int, r kafkalog.Record) error {
		l := &a.logs[p]
		if r.Offset != int64(len(l.records)) {
			return fmt.Errorf("partition %d has %d records before offset %d", p, len(l.records), r.Offset)
		}
		l.records = append(l.records, bytes.Clone(r.Value))
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
}

// foldAlone folds each partition from its beginning, without a snapshot.
func (a *audit) foldAlone() {
	a.t.Helper()
	for p := range a.logs {
		l := &a.logs[p]
		fold := processor.NewFold(uint32(p), model.Parse)
		for offset, record := range l.records {
			err := fold.Step(int64(offset), record, func(r processor.Record) {
				if !r.Relay {
					l.expect = append(l.expect, r)
				}
			})
			if err != nil {
				a.t.Fatalf("folding %d-%d: %v", p, offset, err)
			}
		}
		a.imply(p)
	}
}

// imply works out what each table must hold of a partition, up to its last cut.
func (a *audit) imply(p int) {
	l := &a.logs[p]
	l.rows, l.sources = map[string]map[string]bool{}, map[event.Source]map[int]bool{}
	var pending []event.Position
	var kinds []decision.Kind
	for _, r := range l.expect {
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			a.t.Fatal(err)
		}
		cut, ok := d.Body.(*decision.Progress)
		if !ok {
			pending, kinds = append(pending, d.Position), append(kinds, d.Kind)
			continue
		}
		for i, at := range pending {
			l.put(decisionTables[kinds[i]], at)
		}
		pending, kinds = nil, nil
		a.inputs(p, l, cut)
		l.put("progress", d.Position)
		l.next = cut.Next
	}
}

// inputs are the records of a batch that are stored: those that no mark skipped, broadcasts at home.
func (a *audit) inputs(p int, l *partitionLog, cut *decision.Progress) {
	var decoder event.Decoder
	for _, r := range cut.Skipped {
		a.marked += r.Last - r.First + 1
	}
	for offset := cut.From; offset < cut.Next; offset++ {
		if slices.ContainsFunc(cut.Skipped, func(r decision.Range) bool { return r.First <= offset && offset <= r.Last }) {
			continue
		}
		e, err := decoder.Decode(l.records[offset])
		if err != nil {
			a.t.Fatal(err)
		}
		if l.sources[e.Source] == nil {
			l.sources[e.Source] = map[int]bool{}
		}
		if e.Kind != event.KindLogOpened && l.sources[e.Source][p] {
			a.t.Errorf("%s is folded twice in partition %d", e.Source, p)
		}
		l.sources[e.Source][p] = true
		table := inputTables[e.Kind]
		if e.Kind.Topic() == event.TopicOrders {
			table = "order_messages"
		}
		if table != "" && (e.Home || !e.Kind.Broadcast()) {
			l.put(table, event.Position{Generation: 1, Partition: uint32(p), Offset: offset})
		}
		if v, ok := e.Body.(*event.Relayed); ok && v.Kind == event.RelayForward && v.Subject != "" {
			l.put("matches", event.Position{Generation: 1, Partition: uint32(p), Offset: offset})
		}
	}
}

func (l *partitionLog) put(table string, at event.Position) {
	if table == "" {
		return
	}
	if l.rows[table] == nil {
		l.rows[table] = map[string]bool{}
	}
	l.rows[table][at.String()] = true
}

var inputTables = map[event.Kind]string{
	event.KindIndicator: "indicators", event.KindInvoiceIssued: "payments", event.KindInvoicePaid: "payments",
	event.KindInvoiceDisputed: "payments", event.KindInvoiceCancelled: "payments", event.KindInvoiceExtended: "payments",
	event.KindPaymentReversed: "payments", event.KindExperience: "payments", event.KindHistoryClosed: "payments",
	event.KindNews: "news", event.KindNewsWithdrawn: "news", event.KindStatementFiled: "statements",
	event.KindPolicyUpserted: "policies", event.KindBuyerUpserted: "buyers", event.KindLimitRequested: "requests",
}

var decisionTables = map[decision.Kind]string{
	decision.ScoreChanged: "scores", decision.LimitDecided: "limits", decision.CoverChanged: "covers",
	decision.DeadlineNear: "deadlines",
	decision.MacroChanged: "macro", decision.InputRejected: "rejections", decision.ReviewRequested: "review_steps",
	decision.CaseChanged:  "cases",
	decision.ClaimDecided: "claims",
}

// compareDecisions holds risk.decisions, through the position filter, against the fold, byte by byte (I1, I2).
func (a *audit) compareDecisions() {
	a.t.Helper()
	a.p.eventually(time.Minute, "risk.decisions hold all that follows from the log", func() error {
		published := make([][]processor.Record, len(a.logs))
		_, err := a.client.ReadAll(a.context(), kafkalog.TopicDecisions, func(p int, r kafkalog.Record) error {
			var d decision.Decision
			if err := decision.Decode(r.Value, &d); err != nil {
				return err
			}
			if n := len(published[p]); n > 0 && d.Position.Compare(published[p][n-1].Position) <= 0 {
				return nil
			}
			published[p] = append(published[p], processor.Record{Position: d.Position, Key: string(r.Key),
				Value: bytes.Clone(r.Value)})
			return nil
		})
		if err != nil {
			return err
		}
		for p := range a.logs {
			if err := same(a.logs[p].expect, published[p]); err != nil {
				return fmt.Errorf("partition %d: %w", p, err)
			}
		}
		return nil
	})
}

// same wants the published decisions to begin with the expected ones: ticks that came since may have added some.
func same(expect, published []processor.Record) error {
	for i, e := range expect {
		switch {
		case i >= len(published):
			return fmt.Errorf("%d decisions are published, %d follow from the log", len(published), len(expect))
		case published[i].Position != e.Position:
			return fmt.Errorf("decision %d is %s, not %s", i, published[i].Position, e.Position)
		case !bytes.Equal(published[i].Value, e.Value) || published[i].Key != e.Key:
			return fmt.Errorf("decision %s has other bytes than the fold gives", e.Position)
		}
	}
	return nil
}

// compareClickHouse wants each table to hold exactly the positions that follow, each once (I3).
func (a *audit) compareClickHouse() {
	a.t.Helper()
	all := map[string]bool{"progress": true, "matches": true, "order_messages": true}
	for _, t := range inputTables {
		all[t] = true
	}
	for _, t := range decisionTables {
		all[t] = true
	}
	total := 0
	for table := range all {
		a.p.eventually(30*time.Second, table+" holds each position once", func() error {
			n, err := a.compareTable(table)
			total = max(total, n)
			return err
		})
	}
	if total < 100 {
		a.t.Errorf("the largest table holds %d rows: this run showed nothing", total)
	}
}

func (a *audit) compareTable(table string) (int, error) {
	count := 0
	for p := range a.logs {
		l := &a.logs[p]
		where := fmt.Sprintf("log_partition = %d AND log_offset < %d", p, l.next)
		if table == "progress" {
			where = fmt.Sprintf("log_partition = %d AND next_offset <= %d", p, l.next)
		}
		rows, err := a.p.query(fmt.Sprintf("SELECT log_generation, log_partition, log_offset, seq FROM %s WHERE %s", table,
			where))
		if err != nil {
			return 0, err
		}
		held := map[string]bool{}
		for _, r := range rows {
			at := strings.Join(r, "-")
			if held[at] {
				return 0, fmt.Errorf("%s has %s twice", table, at)
			}
			if held[at] = true; !l.rows[table][at] {
				return 0, fmt.Errorf("%s has %s, which does not follow from the log", table, at)
			}
		}
		if len(held) != len(l.rows[table]) {
			return 0, fmt.Errorf("%s has %d rows of partition %d, the log implies %d", table, len(held), p, len(l.rows[table]))
		}
		count += len(held)
	}
	return count, nil
}

// accountForSources wants every message of the sources in the log, once, or among the dead letters.
func (a *audit) accountForSources() {
	a.t.Helper()
	dead := map[string]bool{}
	_, err := a.client.ReadAll(a.context(), kafkalog.TopicDeadLetter, func(_ int, r kafkalog.Record) error {
		dead[string(r.Key)] = true
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
	logged := map[event.Source]bool{}
	var decoder event.Decoder
	for p := range a.logs {
		for _, record := range a.logs[p].records {
			e, err := decoder.Decode(record)
			if err != nil {
				a.t.Fatal(err)
			}
			logged[e.Source] = true
		}
	}
	messages := 0
	for _, topic := range sourceTopics {
		_, err := a.client.ReadAll(a.context(), topic.String(), func(p int, r kafkalog.Record) error {
			messages++
			source := event.Source{Topic: topic, Incarnation: 1, Partition: uint32(p), Offset: r.Offset}
			if !logged[source] && !dead[fmt.Sprintf("%s/%d/%d", topic, p, r.Offset)] {
				a.t.Errorf("%s is neither in the log nor a dead letter", source)
			}
			return nil
		})
		if err != nil {
			a.t.Fatal(err)
		}
	}
	a.t.Logf("%d messages of the sources are accounted for; marks skipped %d records of the log", messages, a.marked)
}
