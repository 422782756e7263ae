package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
)

const (
	clockTail    = 1000            // so many records of risk.clock are searched for the last tick
	clockTimeout = 5 * time.Second // of one round with the broker
)

// tickMessage is what the holder of risk.clock writes.
type tickMessage struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	At   string `json:"at"`
}

// holder writes ticks while its session holds risk.clock.
type holder struct {
	session *session
	pacer   *Pacer
	decoder *decode.Decoder
	next    int64 // offset of risk.clock to look at next
	state   ClockState
}

// keepClock writes ticks until ctx is done.
func (s *session) keepClock(ctx context.Context) {
	h := &holder{session: s, pacer: NewPacer(s.cfg.Opened, s.role.control.lastTick()), decoder: decode.New(s.cfg.Secret),
		next: -1}
	wait := retry.Requests.Waits()
	for ctx.Err() == nil {
		err := h.round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.role.troubles.tell("the clock cannot be kept; it is tried again", "error", err)
			retry.Sleep(ctx, wait.Next())
		default:
			wait.Reset()
			retry.Sleep(ctx, time.Duration(h.pacer.WaitMs(s.cfg.Clock()))*time.Millisecond)
		}
	}
}

// round looks at the ticks there are and writes the next one, where one is due.
func (h *holder) round(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, clockTimeout)
	defer cancel()
	if err := h.look(ctx); err != nil {
		return err
	}
	cfg := &h.session.cfg
	if cfg.Opened.Clock == event.ClockDriven {
		h.set(ClockRunning, 0)
		if at, due := h.pacer.Driven(cfg.Clock(), h.session.records.Load()); due {
			return h.write(ctx, at)
		}
		return nil
	}
	if now := cfg.Clock(); h.pacer.Between(now) {
		if h.state != ClockRunning {
			return nil
		}
		if at, due := h.pacer.Early(now, h.session.records.Load()); due {
			return h.write(ctx, at)
		}
		return nil
	}
	broker, err := h.brokerMs(ctx)
	if err != nil {
		return err
	}
	now := cfg.Clock()
	at, state := h.pacer.Wall(now, broker, h.session.role.control.confirmed())
	h.set(state, now)
	if state != ClockRunning {
		return nil
	}
	return h.write(ctx, at)
}

// look reads what was written to risk.clock since the last look, by whomever.
func (h *holder) look(ctx context.Context) error {
	client := h.session.cfg.Client
	if h.next < 0 {
		bounds, err := client.Offsets(ctx, kafkalog.TopicClock, 0)
		if err != nil {
			return err
		}
		h.next = max(bounds.Start, bounds.End-clockTail)
	}
	for {
		batch, err := client.Fetch(ctx, kafkalog.TopicClock, 0, h.next, kafkalog.FetchOptions{MaxWait: time.Millisecond})
		var outside *kafkalog.RangeError
		if errors.As(err, &outside) {
			h.next = -1
		}
		if err != nil {
			return err
		}
		for _, r := range batch.Records {
			if m, err := h.decoder.Decode(event.TopicClock, r.Value); err == nil {
				if tick, ok := m.Event.Body.(*event.Tick); ok {
					h.pacer.Saw(tick.AtMs)
				}
			}
		}
		if batch.Next == h.next || batch.Next >= batch.End {
			h.next = batch.Next
			return nil
		}
		h.next = batch.Next
	}
}

// brokerMs is the broker's clock, -1 where it does not tell. The record that it is asked with keeps the last tick.
func (h *holder) brokerMs(ctx context.Context) (int64, error) {
	ack, err := writeControl(ctx, h.session.cfg.Client, tickKey, tickRecord{h.pacer.lastMs})
	return ack.AppendMs, err
}

func (h *holder) write(ctx context.Context, atMs int64) error {
	at := time.UnixMilli(atMs).UTC().Format("2006-01-02T15:04:05.000Z")
	value, err := json.Marshal(tickMessage{ID: "tick/" + strconv.FormatInt(atMs, 10), Type: event.KindTick.String(),
		At: at})
	if err != nil {
		return err
	}
	if _, err := h.session.cfg.Client.Append(ctx, kafkalog.TopicClock, 0, []kafkalog.Record{{Value: value}}); err != nil {
		return err
	}
	h.session.cfg.Metrics.tick.Set(float64(atMs) / 1000)
	return nil
}

// set says how the clock is doing, where that changes.
func (h *holder) set(state ClockState, nowMs int64) {
	if state == h.state {
		return
	}
	h.state = state
	h.session.cfg.Metrics.setClock(state)
	log := h.session.cfg.Logger.With("now_ms", nowMs, "last_tick_ms", h.pacer.lastMs)
	switch state {
	case ClockDisagrees:
		log.Error("time stands still: this machine's clock and the broker's are more than 30 seconds apart")
	case ClockBehind:
		log.Error("time stands still: this machine's clock is behind the last tick")
	case ClockNeedsConfirmation:
		log.Error("time stands still: the clock would step more than 45 days; an operator lets it by barometer clock confirm")
	default:
		log.Info("the clock runs")
	}
}
