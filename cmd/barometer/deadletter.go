package main

import (
	"bufio"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/deadletter"
	"barometer/configs"
	"barometer/ingest/kafkalog"
)

type deadletterCommand struct {
	List   deadletterListCommand   `cmd:"" help:"List messages that could not be read, or with --rejections those that the fold refused."`
	Show   deadletterShowCommand   `cmd:"" help:"Show one, with its bytes."`
	Replay deadletterReplayCommand `cmd:"" help:"Send messages again to the topics that they came from, corrected if asked to."`
}

// letterFlags choose messages.
type letterFlags struct {
	Reason     string `help:"Only those with this reason."`
	Topic      string `help:"Only those of this source topic."`
	Rejections bool   `help:"What the fold refused (input.rejected), not what ingest could not read."`
}

func (f *letterFlags) filter() deadletter.Filter {
	return deadletter.Filter{Reason: f.Reason, Topic: f.Topic, Rejections: f.Rejections}
}

type deadletterListCommand struct {
	letterFlags
	Counts bool `help:"Count them by topic and reason."`
	JSON   bool `help:"Print JSON lines."`
}

// Run lists messages as they are read, partition by partition.
func (c *deadletterListCommand) Run(inv *invocation) error {
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		out := bufio.NewWriter(os.Stdout)
		counts := map[[2]string]int{}
		err := deadletter.Each(inv.ctx, client, c.filter(), func(l *deadletter.Letter) error {
			switch {
			case c.Counts:
				counts[[2]string{l.Topic, l.Reason}]++
				return nil
			case c.JSON:
				return json.NewEncoder(out).Encode(l)
			}
			_, err := fmt.Fprintf(out, "%s  %s  %s  %s\n", l.At.Format("2006-01-02T15:04:05Z"), l.Key(), l.Reason, l.Detail)
			return err
		})
		if c.Counts {
			printCounts(out, counts)
		}
		return errors.Join(err, out.Flush())
	})
}

func printCounts(out *bufio.Writer, counts map[[2]string]int) {
	keys := make([][2]string, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, k := range keys {
		fmt.Fprintf(w, "%s\t%s\t%d\n", k[0], k[1], counts[k])
	}
	_ = w.Flush() // into a buffer
}

type deadletterShowCommand struct {
	Key string `arg:"" help:"topic/partition/offset, as list prints it."`
}

// Run shows one message.
func (c *deadletterShowCommand) Run(inv *invocation) error {
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		l, err := find(inv, client, c.Key)
		if err != nil {
			return err
		}
		fmt.Printf("%s\nreason  %s\ndetail  %s\nat      %s\n", l.Key(), l.Reason, l.Detail,
			l.At.Format("2006-01-02T15:04:05.000Z"))
		for _, h := range l.Headers {
			fmt.Printf("header  %s: %q\n", h.Key, h.Value)
		}
		fmt.Println()
		if text := string(l.Value); utf8.ValidString(text) &&
			!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.IsSpace(r) }) {
			fmt.Println(text)
			return nil
		}
		fmt.Print(hex.Dump(l.Value))
		return nil
	})
}

func find(inv *invocation, client *kafkalog.Client, key string) (*deadletter.Letter, error) {
	l, err := deadletter.Find(inv.ctx, client, key)
	if errors.Is(err, deadletter.ErrKey) {
		err = app.Usage(err)
	}
	return l, err
}

type deadletterReplayCommand struct {
	letterFlags
	Keys  []string `arg:"" optional:"" help:"topic/partition/offset, as list prints it; none: all that the flags choose."`
	Set   []string `help:"Set a field first: path=value, as amount=12.50 or source.kind=web. May be given several times." placeholder:"PATH=VALUE"`
	File  string   `type:"existingfile" help:"Send this file instead of the message's bytes (one key only)."`
	Yes   bool     `help:"Do not ask."`
	Force bool     `help:"Send what ingest would not be able to read, too."`
}

// Run sends messages again.
func (c *deadletterReplayCommand) Run(inv *invocation) error {
	if len(c.Keys) == 0 && c.Reason == "" && c.Topic == "" {
		return app.Usage(errors.New("which messages? Give keys, or --reason or --topic"))
	}
	if c.File != "" && len(c.Keys) != 1 {
		return app.Usage(errors.New("--file is for one key"))
	}
	change, err := deadletter.NewChange(c.Set, c.File)
	if err != nil {
		return app.Usage(err)
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		var chosen []*deadletter.Letter
		for _, key := range c.Keys {
			l, err := find(inv, client, key)
			if err != nil {
				return err
			}
			chosen = append(chosen, l)
		}
		if len(c.Keys) == 0 {
			if chosen, err = deadletter.Choose(inv.ctx, client, c.filter()); err != nil {
				return err
			}
		}
		if !c.Yes && !agreed(len(chosen)) {
			return errors.New("nothing was sent")
		}
		failed := 0
		for _, l := range chosen {
			at, err := deadletter.Replay(inv.ctx, client, l, change, c.Force)
			if err != nil {
				failed++
				fmt.Printf("%s: not sent: %v\n", l.Key(), err)
				continue
			}
			fmt.Printf("%s: sent as %s\n", l.Key(), at)
		}
		if failed > 0 {
			return fmt.Errorf("%d of %d messages were not sent", failed, len(chosen))
		}
		return nil
	})
}

// agreed asks on the terminal.
func agreed(n int) bool {
	fmt.Printf("send %d messages again? [y/N] ", n)
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "y")
}
