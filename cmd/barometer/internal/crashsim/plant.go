package crashsim

import (
	"barometer/ingest"
	"barometer/ingest/kafkalog"
)

// Plant is a fault of the product itself, to show that it is found.
type Plant uint8

// Faults that can be planted.
const (
	noPlant       Plant = iota
	noMarks             // the fold keeps no high-water mark of a source
	commitsBefore       // ingest commits what is not acknowledged
	acksWhenSent        // ingest sends the next request while one is in flight
	wordsLater          // ingest does not wait for a message's words
	readsClock          // the fold's time depends on who folds
	savesEarly          // a snapshot is saved before its output is acknowledged
	givesUp             // a fold's owner does not repeat a request
	speaksAgain         // an owner does not stay silent up to what is published
	progressFirst       // the sink says how far it is before it is there
	trustsTokens        // the sink takes ClickHouse's word for a token
	routesOnce          // route commits what is not acknowledged
	idFromClock         // a notification's id is a new one each time
	rendersAgain        // a notification is rendered anew each time
	marksFirst          // a delivery is stored as made before it is tried
	plantEnd
)

var plants = [plantEnd]string{"", "no_marks", "commits_before", "acks_when_sent", "words_later", "reads_clock",
	"saves_early", "gives_up",
	"speaks_again", "progress_first", "trusts_tokens", "routes_once", "id_from_clock", "renders_again", "marks_first"}

func (p Plant) String() string { return plants[p] }

// Plants are all faults that can be planted.
func Plants() []Plant {
	all := make([]Plant, 0, plantEnd-1)
	for p := noPlant + 1; p < plantEnd; p++ {
		all = append(all, p)
	}
	return all
}

// ParsePlant finds a fault by its name.
func ParsePlant(name string) (Plant, bool) {
	for _, p := range Plants() {
		if p.String() == name {
			return p, true
		}
	}
	return noPlant, false
}

// plant does what a planted fault does.
func (w *world) plant(p Plant, do func()) {
	if w.o.Planted == p {
		do()
	}
}

// forgetWords sends the words of items on their own, some time.
func (a *ingester) forgetWords(items []ingest.Item) {
	for i := range items {
		if words := items[i].Words; words != nil {
			to := items[i].WordsTo
			items[i].Words = nil
			a.w.later("words on their own", true, func() {
				a.w.texts[string(words.Key)] = true
				a.w.broker.append(ingest.ToTexts.Topic(), to, []kafkalog.Record{*words})
			})
		}
	}
}
