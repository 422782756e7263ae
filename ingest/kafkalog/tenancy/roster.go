package tenancy

import "barometer/ingest/kafkalog"

// roster decides which tenancies begin and end. It has no goroutine and no clock; its caller does what it says, in
// order. Its keys are partitions, or the one zero key of a generation that is worked on together.
type roster struct {
	renew  bool // each generation ends the tenancies before it, also of what stays assigned
	closed bool // nothing begins any more

	wanted map[kafkalog.TopicPartition]bool // assigned by the newest generation, and not closed
	// live holds what has begun and not ended; true: it was told to end. Of each key there is one at most.
	live map[kafkalog.TopicPartition]bool
}

func newRoster(renew bool) *roster {
	return &roster{renew: renew, wanted: map[kafkalog.TopicPartition]bool{}, live: map[kafkalog.TopicPartition]bool{}}
}

// assign takes a generation. What begins has no live tenancy; what is to end is live. What was stopped by itself begins
// anew.
func (r *roster) assign(keys []kafkalog.TopicPartition) (begin, end []kafkalog.TopicPartition) {
	if r.closed {
		return nil, nil
	}
	clear(r.wanted)
	for _, key := range keys {
		r.wanted[key] = true
	}
	end = r.leaving(func(key kafkalog.TopicPartition) bool { return r.renew || !r.wanted[key] })
	for _, key := range keys {
		if _, live := r.live[key]; !live {
			r.live[key] = false
			begin = append(begin, key)
		}
	}
	return begin, end
}

// ended takes note that a tenancy has ended, and tells whether the next one of its key begins. One that ends though
// nobody told it to has stopped by itself: it does not begin before the next generation.
func (r *roster) ended(key kafkalog.TopicPartition) (begin bool) {
	told := r.live[key]
	delete(r.live, key)
	if !told || !r.wanted[key] {
		return false
	}
	r.live[key] = false
	return true
}

// close ends everything for good.
func (r *roster) close() (end []kafkalog.TopicPartition) {
	r.closed = true
	clear(r.wanted)
	return r.leaving(func(kafkalog.TopicPartition) bool { return true })
}

// leaving notes of the live tenancies that meet a condition that they are told to end, and returns those that were not
// told before.
func (r *roster) leaving(meets func(kafkalog.TopicPartition) bool) (end []kafkalog.TopicPartition) {
	for key, told := range r.live {
		if !told && meets(key) {
			r.live[key] = true
			end = append(end, key)
		}
	}
	return end
}
