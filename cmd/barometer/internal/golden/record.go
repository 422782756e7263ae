package golden

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"barometer/cmd/barometer/internal/economy"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/model"
)

// Record makes a log of at least so many records, to be checked in: from then on it is what it is.
func Record(records int) (*Log, error) {
	r := &recorder{relays: make([][][]byte, Partitions), r: rand.New(rand.NewPCG(20_250_106, 4)),
		preparers: map[string]*ingest.Preparer{}, offsets: map[string]int64{}}
	start := time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)
	e := economy.New(economy.Config{Seed: 20_250_106, Buyers: 250, Policies: 4, Start: start})
	if err := r.open(start.AddDate(0, 0, -1)); err != nil {
		return nil, err
	}
	messages := e.Opening()
	for len(r.log[0])+len(r.log[1]) < records {
		for _, m := range messages {
			r.put(m.Topic, m.Key, m.Value)
			r.follow(m)
		}
		var day time.Time
		day, messages = e.Day()
		r.put(kafkalog.TopicClock, "", fmt.Appendf(nil, `{"type":"tick","id":"tick-%s","at":%q}`, day.Format(time.DateOnly),
			day.Format(time.RFC3339)))
	}
	return &r.log, nil
}

type recorder struct {
	r         *rand.Rand
	log       Log
	preparers map[string]*ingest.Preparer
	offsets   map[string]int64
	stampMs   int64
	folds     [Partitions]*processor.Fold
	folded    [Partitions]int // records
	relays    [][][]byte      // that are on their way, by the partition that sent them
}

func (r *recorder) open(start time.Time) error {
	version, content := configs.BuiltinModel()
	e := event.Event{Source: event.Source{Topic: event.TopicControl, Incarnation: 1}, StampMs: start.UnixMilli(),
		Kind: event.KindLogOpened, Key: event.KindLogOpened.String(), AtMs: start.UnixMilli(), Home: true,
		Body: &event.LogOpened{LogID: "00000000000000000000000000000000", Generation: 1, Partitions: Partitions,
			Clock: event.ClockWall, StartMs: start.UnixMilli(), TickIntervalMs: 10_000, CutSpanMs: 1000, Fold: 1, Normaliser: 1,
			SecretDigest: make([]byte, 32), Model: event.ModelActivated{Version: version, Content: content}}}
	for p := range r.log {
		r.log[p] = append(r.log[p], event.Append(nil, &e))
		r.folds[p] = processor.NewFold(uint32(p), model.Parse)
	}
	r.stampMs = start.UnixMilli()
	return nil
}

// put appends what ingest makes of a message, and what folds tell each other of what is there.
func (r *recorder) put(topic, key string, value []byte) {
	r.append(topic, 0, key, value)
	for r.r.IntN(5) > 0 && r.relay() {
	}
}

// relay folds what is new, and appends the next relay of a partition, where one is on its way.
func (r *recorder) relay() bool {
	from := -1
	for p, f := range r.folds {
		for ; r.folded[p] < len(r.log[p]); r.folded[p]++ {
			if err := f.Step(int64(r.folded[p]), r.log[p][r.folded[p]], func(o processor.Record) {
				if o.Relay {
					r.relays[p] = append(r.relays[p], o.Value)
				}
			}); err != nil {
				panic(err)
			}
		}
		if len(r.relays[p]) > 0 && (from < 0 || r.r.IntN(2) == 0) {
			from = p
		}
	}
	if from < 0 {
		return false
	}
	next := r.relays[from][0]
	r.relays[from] = r.relays[from][1:]
	r.append(kafkalog.TopicRelays, from, "", next)
	return true
}

// append appends what ingest makes of a record. Some are appended once more, as a repeated request would.
func (r *recorder) append(topic string, partition int, key string, value []byte) {
	t, _ := event.ParseTopic(topic)
	source := fmt.Sprintf("%s/%d", topic, partition)
	p := r.preparers[source]
	if p == nil {
		p = ingest.NewPreparer(t, uint32(partition), 1, decode.New([]byte("the key of a recorded log, of 32 bytes")),
			[ingest.Targets]int{Partitions, 1, 1})
		r.preparers[source] = p
	}
	r.stampMs += r.r.Int64N(400)
	items := p.Prepare([]kafkalog.Record{{Offset: r.offsets[source], Key: []byte(key), Value: value}}, r.stampMs)
	r.offsets[source]++
	it := &items[0]
	for p := range r.log {
		record := it.Value
		if it.To == ingest.Everywhere && p != it.Home {
			record = it.Copy
		}
		if it.Dead != nil || it.To != ingest.Everywhere && it.To != p {
			continue
		}
		for range 1 + r.r.IntN(50)/49 {
			r.log[p] = append(r.log[p], record)
		}
	}
}

// follow lets some messages be followed by what corrects them, or cannot be applied.
func (r *recorder) follow(m economy.Message) {
	var f struct {
		Type    string `json:"type"`
		ID      string `json:"id"`
		At      string `json:"at"`
		Buyer   string `json:"buyer_id"`
		Policy  string `json:"policy_id"`
		Invoice string `json:"invoice_id"`
		Due     string `json:"due_on"`
	}
	if json.Unmarshal(m.Value, &f) != nil {
		return
	}
	say := func(topic, kind string, more map[string]any) {
		all := map[string]any{"type": kind, "id": kind + "-" + f.ID, "at": f.At, "buyer_id": f.Buyer}
		for k, v := range more {
			all[k] = v
		}
		value, err := json.Marshal(all)
		if err == nil {
			r.put(topic, f.Buyer, value)
		}
	}
	invoice := map[string]any{"policy_id": f.Policy, "invoice_id": f.Invoice}
	with := func(k string, v any) map[string]any {
		return map[string]any{"policy_id": f.Policy, "invoice_id": f.Invoice, k: v}
	}
	switch k := r.r.IntN(100); {
	case f.Type == "invoice.issued" && k < 2:
		say(m.Topic, "invoice.disputed", with("disputed", true))
	case f.Type == "invoice.issued" && k < 3:
		say(m.Topic, "invoice.cancelled", invoice)
	case f.Type == "invoice.issued" && k < 6:
		due, _ := time.Parse(time.DateOnly, f.Due)
		say(m.Topic, "invoice.extended", with("due_on", due.AddDate(0, 0, 20).Format(time.DateOnly)))
	case f.Type == "invoice.issued" && k < 7:
		r.put(m.Topic, f.Buyer, m.Value) // the same id once more
	case f.Type == "invoice.paid" && k < 2:
		say(m.Topic, "payment.reversed", with("payment_id", f.ID))
	case f.Type == "invoice.paid" && k < 3:
		say(m.Topic, "invoice.paid", map[string]any{"policy_id": f.Policy, "invoice_id": "unknown", "amount": "10.00",
			"currency": "EUR", "paid_on": f.At[:10]})
	case f.Type == "news" && k < 10:
		say(m.Topic, "news.withdrawn", map[string]any{"withdraws": f.ID})
	case f.Type == "limit.requested" && k < 10:
		say(m.Topic, "limit.requested", map[string]any{"policy_id": f.Policy, "request_id": "c-" + f.ID,
			"kind": "cancellation"})
	}
}
