package clickhouse

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"

	"barometer/internal/retry"

	"github.com/sourcegraph/conc"
)

const (
	graceful   = 10 * time.Second // for the child to end after its input closed
	longEnough = time.Minute      // a child that lived so long is not failing at its start
)

// supervise keeps one child running until Stop. It keeps its thread, because the kernel ends the child with the thread.
func (s *Server) supervise(ctx context.Context) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	wait := retry.Work.Waits()
	for {
		started := time.Now()
		err := s.runChild(ctx)
		select {
		case <-s.stopping:
			if err != nil {
				s.log.Warn("the embedded ClickHouse did not end cleanly", "error", err)
			}
			return
		default:
		}
		if err == nil {
			err = errors.New("the engine's process ended by itself")
		}
		s.mu.Lock()
		s.last = err
		s.mu.Unlock()
		if time.Since(started) > longEnough {
			wait.Reset()
		}
		pause := wait.Next()
		s.log.Error("the embedded ClickHouse ended and is started again", "error", err, "wait_ms", pause.Milliseconds())
		select {
		case <-s.stopping:
			return
		case <-time.After(pause):
		}
	}
}

// runChild starts one child and waits for its end.
func (s *Server) runChild(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this binary: %w", err)
	}
	socket, err := s.listener.File()
	if err != nil {
		return fmt.Errorf("hand the listening socket over: %w", err)
	}
	defer socket.Close()
	places, err := json.Marshal(s.paths)
	if err != nil {
		panic(err)
	}
	secrets, err := json.Marshal(s.orders)
	if err != nil {
		panic(err)
	}
	command := exec.CommandContext(ctx, self)
	command.Env = []string{childEnv + "=" + string(places), "TZ=UTC", "LANG=C.UTF-8", "GOMEMLIMIT=256MiB"}
	command.Dir = s.paths.Work
	command.ExtraFiles = []*os.File{socket}
	command.SysProcAttr = dieWithParent()
	command.WaitDelay = graceful
	input, err := command.StdinPipe()
	if err != nil {
		return fmt.Errorf("make the child's input: %w", err)
	}
	output, printed := io.Pipe()
	command.Stdout, command.Stderr = printed, printed
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", self, err)
	}
	s.note(command.Process.Pid)
	defer s.note(0)
	ended := make(chan struct{})
	var helpers conc.WaitGroup
	defer helpers.Wait()
	defer printed.Close()
	defer close(ended)
	helpers.Go(func() { s.relay(output) })
	helpers.Go(func() {
		defer input.Close()
		if _, err := input.Write(append(secrets, '\n')); err != nil {
			s.log.Warn("the embedded ClickHouse did not take its orders", "error", err)
		}
		select {
		case <-ended:
			return
		case <-s.stopping:
		}
		if err := input.Close(); err != nil {
			s.log.Warn("close the input of the embedded ClickHouse", "error", err)
		}
		select {
		case <-ended:
		case <-time.After(graceful):
			_ = command.Process.Kill()
		}
	})
	if err := command.Wait(); err != nil {
		return fmt.Errorf("the engine's process: %w", err)
	}
	return nil
}

func (s *Server) note(pid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pid = pid; pid != 0 {
		s.starts++
	}
}

// relay passes the child's lines to the log.
func (s *Server) relay(output io.Reader) {
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			s.log.Info("engine", "line", line[:min(len(line), 2000)])
		}
		if err != nil {
			return
		}
	}
}
