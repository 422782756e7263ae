package crashsim

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"

	"barometer/alerting/subscription"
	"barometer/configs"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/processor/model"
	"barometer/processor/runner"
)

// Options say which run of a seed.
type Options struct {
	Messages int          // of the economy; 0: 30 to 200, as the seed says
	Faults   int          // at most so many; -1: no bound
	Without  map[int]bool // faults that are left out, by their number
	Planted  Plant

	trace bool
}

// Result is a run.
type Result struct {
	Seed   uint64
	Steps  int
	Faults int      // that happened
	Err    error    // the breach; nil: all rules hold
	Trace  []string // of a run that was repeated for it
}

// Run runs a seed.
func Run(seed uint64, o Options) Result { return newWorld(seed, o).result(seed) }

func (w *world) result(seed uint64) (r Result) {
	defer func() {
		if p := recover(); p != nil {
			r = Result{Seed: seed, Steps: w.steps, Faults: w.f.n, Err: fmt.Errorf("panic: %v", p), Trace: w.trace}
		}
	}()
	w.run()
	if w.failed == nil {
		w.check()
	}
	if w.failed == nil && seed%4 == 0 {
		w.tearLog()
	}
	return Result{Seed: seed, Steps: w.steps, Faults: w.f.n, Err: w.failed, Trace: w.trace}
}

// Shrink repeats a failing run with fewer messages and faults as long as it fails, and gives the smallest with its
// trace.
func Shrink(seed uint64, o Options) Result {
	smallest := Run(seed, o)
	if smallest.Err == nil {
		return smallest
	}
	try := func(next Options) bool {
		r := Run(seed, next)
		if r.Err == nil {
			return false
		}
		smallest, o = r, next
		return true
	}
	for _, messages := range []int{5, 10, 20, 40, 80} {
		next := o
		if next.Messages = messages; try(next) {
			break
		}
	}
	for most := 0; most < smallest.Faults; most = 2*most + 1 {
		next := o
		if next.Faults = most; try(next) {
			break
		}
	}
	for n := smallest.Faults; n > 0 && n <= 300; n-- {
		next := o
		next.Without = map[int]bool{n: true}
		for k := range o.Without {
			next.Without[k] = true
		}
		try(next)
	}
	o.trace = true
	return Run(seed, o)
}

var builtin = sync.OnceValues(func() (content []byte, parsed *event.Model) {
	_, content = configs.BuiltinModel()
	parsed, err := model.Parse(content)
	if err != nil {
		panic(err)
	}
	return content, parsed
})

// sameModel is what stands for the content of the built-in model in messages, which are small here.
const sameModel = "the built-in model"

// parseModel is the parser of model files, which need not parse the same file for every tenant.
func parseModel(content []byte) (*event.Model, error) {
	if known, parsed := builtin(); bytes.Equal(content, known) || string(content) == sameModel {
		return parsed, nil
	}
	return model.Parse(content)
}

// receiverURL is where all subscriptions are told.
const receiverURL = "https://receiver.example/hook"

func newWorld(seed uint64, o Options) *world {
	w := &world{o: o, r: rand.New(rand.NewPCG(seed, 1)), nowMs: startDay.UnixMilli(), broker: newBroker(),
		texts: map[string]bool{}, noted: map[kafkalog.TopicPartition]uint32{}, ids: map[string]string{},
		told: map[string]bool{}}
	w.f = newFaults(w, seed)
	w.house = newHouse(w)
	w.store = &snapshots{w: w, kept: map[string][]kept{}}
	w.inbox = &inbox{w: w, bodies: map[string]string{}}
	w.pace = []int{1, 4, 20}[w.r.IntN(3)]
	messages := 30 + w.r.IntN(170)
	if o.Messages > 0 {
		messages = o.Messages
	}
	partitions := 1 + w.r.IntN(3)
	w.createTopics(partitions)
	w.input = newInput(w, seed, messages)
	w.openLog(seed, partitions)
	w.subscribe()
	w.share(partitions)
	return w
}

func (w *world) createTopics(partitions int) {
	for topic, n := range map[string]int{"risk.indicators": 1, "risk.payments": 2, "risk.news": 1, "risk.portfolio": 2,
		"risk.orders": 1, kafkalog.TopicClock: 1, kafkalog.TopicSubscriptions: 1, kafkalog.TopicTexts: 2,
		kafkalog.TopicDeadLetter: 1, kafkalog.TopicLog: partitions,
		kafkalog.TopicDecisions: partitions, kafkalog.TopicRelays: partitions, kafkalog.TopicNotifications: partitions,
		kafkalog.TopicDeliveries: partitions} {
		w.broker.create(topic, n)
	}
}

func (w *world) openLog(seed uint64, partitions int) {
	version, content := configs.BuiltinModel()
	clock := event.ClockWall
	if w.r.IntN(2) == 0 {
		clock = event.ClockDriven
	}
	start := startDay.AddDate(0, 0, -1).UnixMilli()
	w.opened = &event.LogOpened{LogID: fmt.Sprintf("%032x", seed), Generation: 1, Partitions: uint32(partitions),
		Clock: clock, StartMs: start, TickIntervalMs: 10_000, CutSpanMs: int64(500 + w.r.IntN(20_000)), Fold: 1,
		Normaliser: 1, SecretDigest: make([]byte, 32), Model: event.ModelActivated{Version: version, Content: content}}
	e := event.Event{Source: event.Source{Topic: event.TopicControl, Incarnation: 1}, StampMs: start,
		Kind: event.KindLogOpened, Key: event.KindLogOpened.String(), AtMs: start, Home: true, Body: w.opened}
	w.record = event.Append(nil, &e)
	for p := range partitions {
		w.broker.append(kafkalog.TopicLog, p, []kafkalog.Record{{Value: w.record}})
	}
}

// subscribe gives both policyholders a subscription, and one of them two.
func (w *world) subscribe() {
	for i, holder := range []string{"h-01", "h-02", "h-01"} {
		s := subscription.Subscription{ID: fmt.Sprint("s", i), Holder: holder, Channel: "webhook", Target: receiverURL,
			Decisions: []string{"score.changed", "limit.decided"}, MinimumSeverity: "info", Digest: "none", Language: "en"}
		w.broker.append(kafkalog.TopicSubscriptions, 0, []kafkalog.Record{{Key: []byte(s.Key()), Value: mustJSON(s)}})
	}
}

// share says what there is to do.
func (w *world) share(partitions int) {
	sources := [2][]kafkalog.TopicPartition{}
	for i, topic := range []string{"risk.indicators", "risk.payments", "risk.news", "risk.portfolio", "risk.orders",
		kafkalog.TopicClock, kafkalog.TopicRelays} {
		for p := range w.broker.topics[topic] {
			k := (i + p) % 2
			sources[k] = append(sources[k], kafkalog.TopicPartition{Topic: topic, Partition: p})
		}
	}
	add := func(name string, begin func(u *unit) func(t *tenant) actor) {
		u := &unit{name: name}
		u.begin = begin(u)
		w.units = append(w.units, u)
	}
	for k, share := range sources {
		name := unitName("ingest", k)
		add(name, func(*unit) func(*tenant) actor { return w.beginIngest(name, share) })
	}
	inputs := []kafkalog.TopicPartition{{Topic: kafkalog.TopicSubscriptions}}
	for p := range partitions {
		inputs = append(inputs, kafkalog.TopicPartition{Topic: kafkalog.TopicDecisions, Partition: p})
		add(unitName("fold", p), func(u *unit) func(*tenant) actor { return w.beginFold(u, p) })
		add(unitName("sink", p), func(u *unit) func(*tenant) actor { return w.beginSink(u, p) })
		add(unitName("send", p), func(u *unit) func(*tenant) actor { return w.beginSend(u, p) })
	}
	add("route", func(*unit) func(*tenant) actor { return w.beginRoute("all", inputs) })
}

func (w *world) compact() {
	p := w.f.r.IntN(len(w.broker.topics[kafkalog.TopicDeliveries]))
	w.note("risk.deliveries/%d is compacted", p)
	w.broker.at(kafkalog.TopicDeliveries, p).compact()
}

// published is the newest decision of a partition.
func (w *world) published(p int) (runner.Published, error) {
	at := w.broker.at(kafkalog.TopicDecisions, p)
	if at.end() == 0 {
		return runner.Published{}, nil
	}
	var d decision.Decision
	if err := decision.Decode(at.records[at.end()-1].Value, &d); err != nil {
		return runner.Published{}, err
	}
	return runner.Published{Any: true, Position: d.Position, Chain: d.Chain}, nil
}
