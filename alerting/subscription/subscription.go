package subscription

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"barometer/alerting/internal/host"
	"barometer/alerting/notice"
	"barometer/ingest/lang"
	"barometer/processor/decision"

	"code.dny.dev/ssrf"
)

// MaxPerHolder bounds the subscriptions of one policyholder.
const MaxPerHolder = 100

const maxTarget = 2048

// Languages in which people can be told.
var Languages = []string{"nl", "fr", "de", "en"}

// Subscription is the value of a record of risk.subscriptions.
type Subscription struct {
	ID              string   `json:"subscription_id"`
	Holder          string   `json:"holder_id"`
	Channel         string   `json:"channel"`
	Target          string   `json:"target"`
	Decisions       []string `json:"decisions"`
	MinimumSeverity string   `json:"minimum_severity"`
	Digest          string   `json:"digest"`
	Language        string   `json:"language"`
	Disabled        bool     `json:"disabled"`
	DisabledReason  string   `json:"disabled_reason,omitempty"`
	Sealed          []string `json:"sealed_secrets,omitempty"` // the newest first

	// Confirmed is false until the owner of an e-mail address has confirmed it. Nil means that no confirmation is
	// needed: for webhooks, and for a subscription that a producer wrote to the topic itself.
	Confirmed     *bool      `json:"confirmed,omitempty"`
	CreatedAt     *time.Time `json:"created_at,omitempty"`
	Tests         uint32     `json:"tests,omitempty"`          // test messages asked for
	RefusedAt     *time.Time `json:"refused_at,omitempty"`     // since when a mail server refuses the address for good
	RefusedAnswer string     `json:"refused_answer,omitempty"` // its answer
}

// Unconfirmed tells whether the address has still to say that it wants to be told.
func (s *Subscription) Unconfirmed() bool { return s.Confirmed != nil && !*s.Confirmed }

// Draft is what a policyholder asks for. Empty fields get the defaults that Create names.
type Draft struct {
	Channel         string
	Target          string
	Decisions       []string // none: all that can be told
	MinimumSeverity string   // none: info
	Digest          string   // none: none
	Language        string   // none: Otherwise
	// Otherwise is the policyholder's language; where it is none of ours, empty, or nil: en. It is asked last and only
	// where Language is empty, as it may take a while.
	Otherwise func(context.Context) string
	Vouched   bool // an e-mail address needs no confirmation: somebody of the insurer vouches for it
}

// Invalid is a field that cannot be accepted.
type Invalid struct{ Field, Detail string }

func (e *Invalid) Error() string { return e.Field + ": " + e.Detail }

// check fills defaults in, but for the language, and judges a draft.
func (d *Draft) check(allowPrivate bool) error {
	if len(d.Decisions) == 0 {
		for _, k := range notice.Told {
			d.Decisions = append(d.Decisions, k.String())
		}
	}
	if d.MinimumSeverity == "" {
		d.MinimumSeverity = notice.Info.String()
	}
	if d.Digest == "" {
		d.Digest = "none"
	}
	for _, name := range d.Decisions {
		if kind, known := decision.ParseKind(name); !known || !slices.Contains(notice.Told, kind) {
			return &Invalid{"decisions", fmt.Sprintf("%q is not a kind that can be told; these are: %s", name, told())}
		}
	}
	if _, known := notice.ParseSeverity(d.MinimumSeverity); !known {
		return &Invalid{"minimum_severity", "is info, warning or critical"}
	}
	if d.Digest != "none" {
		return &Invalid{"digest", "only none is supported so far"}
	}
	if spoken, known := Spoken(d.Language); known {
		d.Language = spoken
	} else if d.Language != "" {
		return &Invalid{"language", "is one of " + strings.Join(Languages,
			", ") + ", or one of them in a region, such as nl-BE"}
	}
	return d.checkTarget(allowPrivate)
}

// speak says the language of a draft that names none. An error: ctx ended meanwhile.
func (d *Draft) speak(ctx context.Context) error {
	if d.Language != "" {
		return nil
	}
	d.Language = "en"
	if d.Otherwise == nil {
		return nil
	}
	if spoken, known := Spoken(d.Otherwise(ctx)); known {
		d.Language = spoken
	}
	return ctx.Err()
}

// Spoken is the language of ours that a language tag (BCP 47) asks for: nl-BE and nl_BE are nl. False: none.
func Spoken(tag string) (string, bool) {
	base, known := lang.Base(tag)
	return base, known && slices.Contains(Languages, base)
}

func told() string {
	names := make([]string, len(notice.Told))
	for i, k := range notice.Told {
		names[i] = k.String()
	}
	return strings.Join(names, ", ")
}

func (d *Draft) checkTarget(allowPrivate bool) error {
	if len(d.Target) > maxTarget {
		return &Invalid{"target", fmt.Sprintf("is longer than %d bytes", maxTarget)}
	}
	channel, known := notice.ParseChannel(d.Channel)
	switch {
	case !known:
		return &Invalid{"channel", "is webhook or email"}
	case channel == notice.Email:
		address, err := host.Address(d.Target)
		if err != nil {
			return &Invalid{"target", err.Error()}
		}
		d.Target = address
		return nil
	}
	return d.checkURL(allowPrivate)
}

// checkURL judges the URL of a webhook, and writes its host in ASCII.
func (d *Draft) checkURL(allowPrivate bool) error {
	if strings.ContainsFunc(d.Target, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return &Invalid{"target", "has white space"}
	}
	u, err := url.Parse(d.Target)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.Opaque != "" {
		return &Invalid{"target", "is not an http or https URL with a host"}
	}
	if u.User != nil || u.Fragment != "" {
		return &Invalid{"target", "has credentials or a fragment; a webhook is verified by its signature"}
	}
	if !host.Port(u.Host) {
		return &Invalid{"target", host.ErrPort.Error()}
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err == nil { // names are judged when they are resolved, at each attempt; what is plainly private is refused here
		if !allowPrivate && ssrf.New(ssrf.WithAnyPort()).SafeAddr(ip.Unmap()) != nil {
			return &Invalid{"target", private}
		}
		return nil
	}
	name, err := host.Name(u.Hostname())
	switch {
	case err != nil:
		return &Invalid{"target", err.Error()}
	case !allowPrivate && !host.Public(name):
		return &Invalid{"target", private}
	}
	if name != u.Hostname() {
		u.Host = name + strings.TrimPrefix(u.Host, u.Hostname())
		d.Target = u.String()
	}
	return nil
}

const private = "is a private address; alerting.allow_private_targets permits those"

// Notice is the subscription as the fold needs it. Whoever wants decisions on limits is told of cover too: what is
// suspended or forfeited weighs as much as what is cut.
func (s *Subscription) Notice() notice.Subscription {
	n := notice.Subscription{ID: s.ID, Target: s.Target, Language: s.Language, Paused: s.Disabled,
		Unconfirmed: s.Unconfirmed(), Tests: s.Tests}
	n.Channel, _ = notice.ParseChannel(s.Channel)
	n.MinimumSeverity, _ = notice.ParseSeverity(s.MinimumSeverity)
	for _, name := range s.Decisions {
		if kind, known := decision.ParseKind(name); known {
			n.Kinds = append(n.Kinds, kind)
		}
	}
	if slices.Contains(n.Kinds, decision.LimitDecided) && !slices.Contains(n.Kinds, decision.CoverChanged) {
		n.Kinds = append(n.Kinds, decision.CoverChanged)
	}
	return n
}

// Key is the key of its record.
func (s *Subscription) Key() string { return s.Holder + "/" + s.ID }

// SplitKey takes a record's key apart. Ids have no slash; holders may.
func SplitKey(key string) (holder, id string, ok bool) {
	i := strings.LastIndexByte(key, '/')
	if i <= 0 || i == len(key)-1 {
		return "", "", false
	}
	return key[:i], key[i+1:], true
}
