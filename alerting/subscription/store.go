package subscription

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"barometer/alerting/notice"
	"barometer/ingest/kafkalog"

	"github.com/google/uuid"
)

// ErrNotFound is a subscription that the holder does not have.
var ErrNotFound = errors.New("no such subscription")

// maxKeys is how many signing secrets are valid at once: the newest and the one before it.
const maxKeys = 2

// Kafka is what a Store needs of *kafkalog.Client.
type Kafka interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Partitions(ctx context.Context, topic string) (int, error)
	ReadAll(ctx context.Context, topic string, each func(partition int, r kafkalog.Record) error) ([]int64, error)
	Follow(ctx context.Context, topic string, from []int64, each func(partition int, r kafkalog.Record) error) error
}

// Store is the view of all subscriptions, and the way to write them.
type Store struct {
	kafka        Kafka
	sealer       *sealer
	links        *Links // without a base: it reads tokens
	pace         pace
	allowPrivate bool
	logger       *slog.Logger
	ready        chan struct{} // closed when the topic was read to the end that it had at the start

	mu      sync.Mutex
	byKey   map[string]*Subscription
	holders map[string][]string // ids, ascending
	next    []int64             // by partition: everything below is in the view
	moved   chan struct{}       // closed and replaced when next moves
}

// NewStore makes a store whose view is empty until Run has read the topic.
func NewStore(kafka Kafka, secretKey []byte, allowPrivate bool, logger *slog.Logger) (*Store, error) {
	s, err := newSealer(secretKey)
	if err != nil {
		return nil, fmt.Errorf("subscriptions: %w", err)
	}
	links, err := NewLinks("", secretKey)
	if err != nil {
		return nil, fmt.Errorf("subscriptions: %w", err)
	}
	return &Store{kafka: kafka, sealer: s, links: links, allowPrivate: allowPrivate, logger: logger,
		ready: make(chan struct{}), byKey: map[string]*Subscription{}, holders: map[string][]string{},
		moved: make(chan struct{})}, nil
}

// Run reads the topic and follows it until ctx ends.
func (s *Store) Run(ctx context.Context) error {
	partitions, err := s.kafka.Partitions(ctx, kafkalog.TopicSubscriptions)
	if err != nil {
		return s.stopped(ctx, err)
	}
	s.mu.Lock()
	s.next = make([]int64, partitions)
	s.mu.Unlock()
	next, err := s.kafka.ReadAll(ctx, kafkalog.TopicSubscriptions, s.see)
	if err != nil {
		return s.stopped(ctx, err)
	}
	s.mu.Lock()
	for i := range next {
		s.next[i] = max(s.next[i], next[i])
	}
	s.mu.Unlock()
	close(s.ready)
	return s.stopped(ctx, s.kafka.Follow(ctx, kafkalog.TopicSubscriptions, next, s.see))
}

func (s *Store) stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil || err == nil {
		return nil
	}
	return fmt.Errorf("follow %s: %w", kafkalog.TopicSubscriptions, err)
}

// Ready waits until the view holds what was stored before the start.
func (s *Store) Ready(ctx context.Context) error {
	select {
	case <-s.ready:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("subscriptions are not read yet: %w", ctx.Err())
	}
}

// see puts one record into the view.
func (s *Store) see(partition int, r kafkalog.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apply(string(r.Key), r.Value)
	if partition < len(s.next) {
		s.next[partition] = max(s.next[partition], r.Offset+1)
	}
	close(s.moved)
	s.moved = make(chan struct{})
	return nil
}

func (s *Store) apply(key string, value []byte) {
	holder, id, ok := SplitKey(key)
	if !ok {
		s.logger.Warn("record of risk.subscriptions skipped: its key is not <holder>/<subscription_id>", "key", key)
		return
	}
	ids := s.holders[holder]
	i, found := slices.BinarySearch(ids, id)
	if len(value) == 0 {
		if found {
			s.holders[holder] = slices.Delete(ids, i, i+1)
		}
		if len(s.holders[holder]) == 0 {
			delete(s.holders, holder)
		}
		delete(s.byKey, key)
		return
	}
	sub, err := Parse(key, value)
	if err != nil {
		s.logger.Warn("record of risk.subscriptions skipped", "key", key, "error", err)
		return
	}
	s.byKey[key] = sub
	if !found {
		s.holders[holder] = slices.Insert(ids, i, id)
	}
}

// Parse reads the value of a record; holder and id are those of the key.
func Parse(key string, value []byte) (*Subscription, error) {
	sub := new(Subscription)
	if err := json.Unmarshal(value, sub); err != nil {
		return nil, fmt.Errorf("subscription %s: %w", key, err)
	}
	sub.Holder, sub.ID, _ = SplitKey(key)
	return sub, nil
}

// List gives a holder's subscriptions by id, disabled ones too; of an empty holder those of all, by holder and id.
func (s *Store) List(holder string) []Subscription {
	s.mu.Lock()
	defer s.mu.Unlock()
	holders := []string{holder}
	if holder == "" {
		holders = slices.Sorted(maps.Keys(s.holders))
	}
	var list []Subscription
	for _, h := range holders {
		for _, id := range s.holders[h] {
			list = append(list, *s.byKey[h+"/"+id])
		}
	}
	return list
}

// Get gives one subscription of a holder. An id that Create did not make is none, such as one with a / that would reach
// another holder's.
func (s *Store) Get(holder, id string) (Subscription, error) {
	if u, err := uuid.Parse(id); err != nil || u.String() != id {
		return Subscription{}, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.byKey[holder+"/"+id]
	if sub == nil || sub.Holder != holder { // of holder a, b/<id> is that of holder a/b
		return Subscription{}, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	return *sub, nil
}

// Keys are the signing secrets of a subscription, the newest first.
func (s *Store) Keys(sub *Subscription) ([]string, error) {
	var keys []string
	for _, sealed := range sub.Sealed {
		key, err := s.sealer.open(sealed, sub.Key())
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// Create stores a new subscription and gives it with its signing secret (webhooks only), which nobody can ask for
// again.
func (s *Store) Create(ctx context.Context, holder string, d Draft) (Subscription, string, error) {
	if err := s.Ready(ctx); err != nil {
		return Subscription{}, "", err
	}
	if err := d.check(s.allowPrivate); err != nil {
		return Subscription{}, "", err
	}
	if holder == "" || strings.ContainsFunc(holder, func(r rune) bool { return r < ' ' }) {
		return Subscription{}, "", &Invalid{"holder_id", "is empty or not printable"}
	}
	if err := s.room(holder); err != nil {
		return Subscription{}, "", err
	}
	if d.Channel == notice.Email.String() && !d.Vouched {
		if err := s.mayConfirm(holder); err != nil {
			return Subscription{}, "", err
		}
	}
	if err := d.speak(ctx); err != nil {
		return Subscription{}, "", err
	}
	if err := s.room(holder); err != nil { // others may have come meanwhile
		return Subscription{}, "", err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	sub := Subscription{ID: uuid.NewString(), Holder: holder, CreatedAt: &now, Channel: d.Channel, Target: d.Target,
		Decisions: d.Decisions, MinimumSeverity: d.MinimumSeverity, Digest: d.Digest, Language: d.Language}
	secret := ""
	if sub.Channel == notice.Email.String() {
		sub.Confirmed = &d.Vouched
	} else {
		secret = newSecret()
		sub.Sealed = []string{s.sealer.seal(secret, sub.Key())}
	}
	return sub, secret, s.write(ctx, sub.Key(), &sub)
}

func (s *Store) room(holder string) error {
	if len(s.List(holder)) >= MaxPerHolder {
		return &Invalid{"holder_id", fmt.Sprintf("has %d subscriptions already", MaxPerHolder)}
	}
	return nil
}

// Rotate adds a signing secret and gives it. The one before stays valid beside it, older ones do not.
func (s *Store) Rotate(ctx context.Context, holder, id string) (string, error) {
	sub, err := s.Get(holder, id)
	if err != nil {
		return "", err
	}
	if sub.Channel != "webhook" {
		return "", &Invalid{"channel", "only webhooks have a signing secret"}
	}
	secret := newSecret()
	sub.Sealed = append([]string{s.sealer.seal(secret, sub.Key())}, sub.Sealed...)
	sub.Sealed = sub.Sealed[:min(len(sub.Sealed), maxKeys)]
	return secret, s.write(ctx, sub.Key(), &sub)
}

// Delete ends a subscription. What waits for delivery ends with it.
func (s *Store) Delete(ctx context.Context, holder, id string) error {
	if _, err := s.Get(holder, id); err != nil {
		return err
	}
	return s.write(ctx, holder+"/"+id, nil)
}

// Disable stops a subscription and keeps it visible with the reason. Disabling twice does nothing.
func (s *Store) Disable(ctx context.Context, holder, id, reason string) error {
	sub, err := s.Get(holder, id)
	if err != nil {
		return err
	}
	if sub.Disabled {
		return nil
	}
	sub.Disabled, sub.DisabledReason = true, reason
	return s.write(ctx, sub.Key(), &sub)
}

// Enable ends a Disable. Of one that is enabled it does nothing.
func (s *Store) Enable(ctx context.Context, holder, id string) (Subscription, error) {
	return s.edit(ctx, holder, id, func(sub *Subscription) error {
		sub.Disabled, sub.DisabledReason = false, ""
		return nil
	})
}

// Test asks for a message that says that notifications arrive: at most one in testEvery.
func (s *Store) Test(ctx context.Context, holder, id string) error {
	_, err := s.edit(ctx, holder, id, func(sub *Subscription) error {
		switch {
		case sub.Unconfirmed():
			return &Invalid{"confirmed", "the address has not confirmed yet that it wants messages"}
		case sub.Disabled:
			return &Invalid{"disabled", "the subscription is disabled"}
		case !s.pace.allow(sub.Key(), testEvery, 1):
			return &Invalid{"id", "a test was asked for less than a minute ago"}
		}
		sub.Tests++
		return nil
	})
	return err
}

// Refused records at a subscription the answer with which a mail server refuses its address for good. An empty answer
// means that the server takes the address again.
func (s *Store) Refused(ctx context.Context, holder, id, answer string) error {
	sub, err := s.Get(holder, id)
	if err != nil || sub.RefusedAnswer == answer {
		return err
	}
	sub.RefusedAnswer, sub.RefusedAt = answer, nil
	if now := time.Now().UTC().Truncate(time.Millisecond); answer != "" {
		sub.RefusedAt = &now
	}
	return s.write(ctx, sub.Key(), &sub)
}

// edit changes a subscription and stores it, where that changes anything.
func (s *Store) edit(ctx context.Context, holder, id string, change func(sub *Subscription) error) (Subscription,
	error) {
	sub, err := s.Get(holder, id)
	if err != nil {
		return sub, err
	}
	before := sub
	if err := change(&sub); err != nil {
		return before, err
	}
	if reflect.DeepEqual(before, sub) {
		return sub, nil
	}
	return sub, s.write(ctx, sub.Key(), &sub)
}

// write stores a record and waits until the view has it. A nil subscription is a tombstone.
func (s *Store) write(ctx context.Context, key string, sub *Subscription) error {
	record := kafkalog.Record{Key: []byte(key)}
	if sub != nil {
		value, err := json.Marshal(sub)
		if err != nil {
			return fmt.Errorf("subscription %s: %w", key, err)
		}
		record.Value = value
	}
	s.mu.Lock()
	partitions := len(s.next)
	s.mu.Unlock()
	if partitions == 0 {
		return errors.New("subscriptions are not read yet")
	}
	partition := kafkalog.PartitionOf(key, partitions)
	ack, err := s.kafka.Append(ctx, kafkalog.TopicSubscriptions, partition, []kafkalog.Record{record})
	if err != nil {
		return fmt.Errorf("store subscription %s: %w", key, err)
	}
	return s.seen(ctx, partition, ack.Base)
}

func (s *Store) seen(ctx context.Context, partition int, offset int64) error {
	for {
		s.mu.Lock()
		next, moved := s.next[partition], s.moved
		s.mu.Unlock()
		if next > offset {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("subscription is stored but not seen yet: %w", ctx.Err())
		}
	}
}
