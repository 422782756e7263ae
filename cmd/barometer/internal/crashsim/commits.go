package crashsim

import "barometer/ingest/kafkalog"

// commits is a session's committing to its consumer group: one commit at a time, of the newest offsets.
type commits struct {
	w          *world
	t          *tenant
	group      *consumerGroup
	generation int
	waiting    map[kafkalog.TopicPartition]int64
	going      bool
}

// join begins a session: from now on commits of the sessions before it are refused.
func (w *world) join(t *tenant, name string) commits {
	g := w.broker.group(name)
	g.generation++
	return commits{w: w, t: t, group: g, generation: g.generation, waiting: map[kafkalog.TopicPartition]int64{}}
}

// send sends what waits, unless a commit is on its way. A session whose generation is over ends.
func (c *commits) send() bool {
	if c.going || len(c.waiting) == 0 {
		return false
	}
	offsets := c.waiting
	c.waiting, c.going = map[kafkalog.TopicPartition]int64{}, true
	c.w.request(c.t, "commit", func() error { return c.group.commit(c.generation, offsets) }, func(err error) {
		c.going = false
		if err == errStale {
			c.t.gone = true
			return
		}
		for tp, offset := range offsets {
			if _, newer := c.waiting[tp]; err != nil && !newer {
				c.waiting[tp] = offset
			}
		}
	})
	return true
}
