package retry

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

var errPassing, errLasting = errors.New("passing"), errors.New("lasting")

// TestDo repeats what passes, with waits that grow, and ends at what lasts, at its patience, and with its context.
func TestDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		var waits []time.Duration
		failed := func(err error, wait time.Duration) {
			if !errors.Is(err, errPassing) {
				t.Errorf("told of %v", err)
			}
			waits = append(waits, wait)
		}
		n, err := Do(t.Context(), Policy{Pace: Requests, Failed: failed}, func() (int, error) {
			if attempts++; attempts < 30 {
				return 0, errPassing
			}
			return attempts, nil
		})
		if err != nil || n != 30 || len(waits) != 29 {
			t.Fatalf("%d after %d waits, error %v", n, len(waits), err)
		}
		for i, w := range waits {
			if w > Requests.Most*3/2 || i == 0 && w > Requests.First*3/2 || i > 20 && w < Requests.Most/2 {
				t.Errorf("wait %d is %v", i, w)
			}
		}
		attempts = 0
		_, err = Request(t.Context(), func() (int, error) { attempts++; return 0, Permanent(errLasting) })
		if err != errLasting || attempts != 1 { //nolint:errorlint // it is without its mark
			t.Errorf("what lasts: error %v after %d attempts", err, attempts)
		}
		began := time.Now()
		_, err = Do(t.Context(), Policy{Pace: Work, Patience: time.Minute}, func() (int, error) { return 0, errPassing })
		if took := time.Since(began); !errors.Is(err, errPassing) || took > time.Minute || took < time.Minute/2 {
			t.Errorf("with patience: error %v after %v", err, took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err = Request(ctx, func() (int, error) { return 0, errPassing }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after its context: %v", err)
		}
	})
}

// TestWaitsBeginAnew after a success.
func TestWaitsBeginAnew(t *testing.T) {
	w := Work.Waits()
	for range 30 {
		w.Next()
	}
	if late := w.Next(); late < Work.Most/2 {
		t.Errorf("the thirtieth wait is %v", late)
	}
	w.Reset()
	if first := w.Next(); first > Work.First*3/2 {
		t.Errorf("the first wait after a success is %v", first)
	}
}

// TestSleep tells whether it ended by itself.
func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if !Sleep(ctx, time.Second/2) || Sleep(ctx, time.Hour) {
			t.Error("it does not tell whether it slept to the end")
		}
	})
}
