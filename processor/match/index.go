package match

import (
	"bytes"
	"encoding/hex"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/engine"
)

// MaxWaiting is how many messages wait at most for a key, or with a buyer for what they refer to.
const MaxWaiting = 64

// keySize is the length of a fingerprint, in bytes.
const keySize = 16

// Key is a match key: a fingerprint.
type Key [keySize]byte

// Parse reads a key as records say it, in hexadecimal.
func Parse(s string) (k Key, ok bool) {
	if len(s) != 2*keySize {
		return k, false
	}
	_, err := hex.Decode(k[:], []byte(s))
	return k, err == nil
}

func (k Key) String() string { return hex.EncodeToString(k[:]) }

// Waiting is a message that waits for a buyer with its key.
type Waiting struct {
	First  bool      // the key is its first one
	Until  event.Day // when it has waited in vain
	Source string    // where it came from, as event.Source prints it
	ID     string    // of a news item, empty for others
	Policy string    // whose message it is, empty for nobody's
	Record []byte
}

// Shards is into how many parts an index falls, so that they can be captured one by one.
const Shards = 256

// Index says which buyers have a key, and what waits for one. Make one with NewIndex.
type Index struct{ shards [Shards]Shard }

// Shard is the part of an index that some keys fall into.
type Shard struct {
	one     map[Key]string   // the buyer that has a key by itself
	several map[Key][]string // those that share one
	waiting map[Key][]Waiting
	Taken   engine.Taken // the caller's, for its captures
}

// NewIndex makes an empty index.
func NewIndex() *Index {
	x := &Index{}
	for i := range x.shards {
		x.shards[i] = Shard{one: map[Key]string{}, several: map[Key][]string{}, waiting: map[Key][]Waiting{}}
	}
	return x
}

// Of gives the shard of a key.
func (x *Index) Of(k Key) *Shard { return &x.shards[k[0]] }

// All gives all shards.
func (x *Index) All() []*Shard {
	all := make([]*Shard, Shards)
	for i := range all {
		all[i] = &x.shards[i]
	}
	return all
}

// Buyers are those that have a key, ascending.
func (s *Shard) Buyers(k Key) []string {
	if b, ok := s.one[k]; ok {
		return []string{b}
	}
	return s.several[k]
}

// Add notes that a buyer has a key, and gives what has waited for it, in order of arrival, which no longer waits. The
// id is kept.
func (s *Shard) Add(k Key, buyer string) []Waiting {
	s.set(k, buyer, true)
	woken := s.waiting[k]
	delete(s.waiting, k)
	return woken
}

// Remove notes that a buyer has a key no longer.
func (s *Shard) Remove(k Key, buyer string) { s.set(k, buyer, false) }

func (s *Shard) set(k Key, buyer string, has bool) {
	buyers := slices.Clone(s.Buyers(k))
	switch i, found := slices.BinarySearch(buyers, buyer); {
	case found == has:
		return
	case has:
		buyers = slices.Insert(buyers, i, buyer)
	default:
		buyers = slices.Delete(buyers, i, i+1)
	}
	delete(s.one, k)
	delete(s.several, k)
	switch len(buyers) {
	case 0:
	case 1:
		s.one[k] = buyers[0]
	default:
		s.several[k] = buyers
	}
}

// Wait lets a message wait, and tells whether there was room. given is the message that has given way for it, nil for
// none.
func (s *Shard) Wait(k Key, w Waiting) (given *Waiting, ok bool) {
	all := s.waiting[k]
	give, ok := Room(len(all), w.Policy, func(i int) string { return all[i].Policy })
	if !ok {
		return nil, false
	}
	if give >= 0 {
		given = &Waiting{}
		*given = all[give]
		all = slices.Delete(all, give, give+1)
	}
	s.waiting[k] = append(all, w)
	return given, true
}

// Drop ends the wait of those messages of a key that drop names, and gives them in order of arrival.
func (s *Shard) Drop(k Key, drop func(*Waiting) bool) (dropped []Waiting) {
	var rest []Waiting
	for _, w := range s.waiting[k] {
		if drop(&w) {
			dropped = append(dropped, w)
		} else {
			rest = append(rest, w)
		}
	}
	if s.waiting[k] = rest; len(rest) == 0 {
		delete(s.waiting, k)
	}
	return dropped
}

// Entry is what there is about a key.
type Entry struct {
	Key     Key
	Buyers  []string
	Waiting []Waiting
}

// Entries gives all that a shard knows, by key.
func (s *Shard) Entries() []Entry {
	all := make([]Entry, 0, len(s.one)+len(s.several)+len(s.waiting))
	for k, b := range s.one { //fold:sorted
		all = append(all, Entry{k, []string{b}, nil})
	}
	for k, b := range s.several { //fold:sorted
		all = append(all, Entry{k, b, nil})
	}
	for k, w := range s.waiting { //fold:sorted
		all = append(all, Entry{k, nil, w})
	}
	slices.SortFunc(all, func(a, b Entry) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	return all
}

// Put restores what there was about a key.
func (x *Index) Put(e Entry) {
	s := x.Of(e.Key)
	for _, b := range e.Buyers {
		s.set(e.Key, b, true)
	}
	if len(e.Waiting) > 0 {
		s.waiting[e.Key] = e.Waiting
	}
}
