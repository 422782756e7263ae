package decode

import (
	"strings"
	"unsafe"

	"barometer/ingest/event"
)

// fast decodes the two messages that most of the traffic is, issued and paid invoices, without allocating. It takes
// only flat objects of plain values that are right in every respect; it leaves all others, and all refusals, to the
// walk. So it can be slow for a message, but not of another opinion.
type fast struct {
	issued event.InvoiceIssued
	paid   event.InvoicePaid
}

// slot is a member that the hot messages have.
type slot uint8

const (
	slotNone slot = iota
	slotID
	slotType
	slotAt
	slotBuyer
	slotPolicy
	slotInvoice
	slotAmount
	slotCurrency
	slotDelivered
	slotDue
	slotPaid
	slotHistory
	slotCompany
	slotNet
	slots
)

func slotOf(name string) slot {
	switch name {
	case "id":
		return slotID
	case "type":
		return slotType
	case "at":
		return slotAt
	case "buyer_id":
		return slotBuyer
	case "policy_id":
		return slotPolicy
	case "invoice_id":
		return slotInvoice
	case "amount":
		return slotAmount
	case "currency":
		return slotCurrency
	case "delivered_on":
		return slotDelivered
	case "due_on":
		return slotDue
	case "paid_on":
		return slotPaid
	case "history":
		return slotHistory
	case "company":
		return slotCompany
	case "net_amount":
		return slotNet
	default:
		return slotNone
	}
}

// flat is a scanned object: the strings of the slots, aliasing the message.
type flat struct {
	at      [slots]string
	history bool
}

// decode decodes into m, or leaves the message to the walk.
func (f *fast) decode(value []byte, m *Message) bool {
	var in flat
	if !in.scan(unsafe.String(unsafe.SliceData(value), len(value))) {
		return false
	}
	var e event.Event
	var ref event.InvoiceRef
	var sum event.Amount
	var ok [7]bool
	e.ID, ok[0] = parseID(in.at[slotID])
	e.AtMs, ok[1] = parseInstant(in.at[slotAt])
	ref.Buyer.ID, ok[2] = parseBuyer(in.at[slotBuyer])
	ref.Policy, ok[3] = parseID(in.at[slotPolicy])
	ref.Invoice, ok[4] = parseID(in.at[slotInvoice])
	sum.Currency, ok[5] = parseCurrency(in.at[slotCurrency])
	sum.Minor, ok[6] = parseAmount(in.at[slotAmount], event.Decimals(sum.Currency), bool(unsigned))
	if ok != [7]bool{true, true, true, true, true, true, true} {
		return false
	}
	e.Key, e.History = ref.Buyer.ID, in.history
	switch in.at[slotType] {
	case "invoice.issued":
		delivered, fine := parseDay(in.at[slotDelivered])
		due, good := parseDay(in.at[slotDue])
		if !fine || !good {
			return false
		}
		var net int64
		if in.at[slotNet] != "" {
			net, fine = parseAmount(in.at[slotNet], event.Decimals(sum.Currency), bool(unsigned))
			if !fine || net == 0 || net > sum.Minor {
				return false
			}
		}
		f.issued = event.InvoiceIssued{Ref: ref, Amount: sum, DeliveredOn: delivered, DueOn: due, NetMinor: net}
		e.Kind, e.Body = event.KindInvoiceIssued, &f.issued
	case "invoice.paid":
		paid, fine := parseDay(in.at[slotPaid])
		if !fine {
			return false
		}
		f.paid = event.InvoicePaid{Ref: ref, Amount: sum, PaidOn: paid}
		e.Kind, e.Body = event.KindInvoicePaid, &f.paid
	default:
		return false
	}
	*m = Message{Event: e}
	return true
}

// scan reads a flat object. It gives up on whatever it does not know for certain: nesting, escapes, fractions,
// characters beyond ASCII, and members that are given twice.
func (in *flat) scan(s string) bool {
	var seen [slots]bool
	i := space(s, 0)
	if i >= len(s) || s[i] != '{' {
		return false
	}
	for more := true; more; {
		name, next, ok := plain(s, space(s, i+1))
		if !ok {
			return false
		}
		if i = space(s, next); i >= len(s) || s[i] != ':' {
			return false
		}
		to := slotOf(name)
		if to != slotNone && seen[to] {
			return false
		}
		seen[to] = true
		if i, ok = in.value(s, space(s, i+1), to); !ok {
			return false
		}
		if i = space(s, i); i >= len(s) || s[i] != ',' && s[i] != '}' {
			return false
		}
		more = s[i] == ','
	}
	return space(s, i+1) == len(s)
}

// value reads the value at i: a string; for history a boolean; null where a member may be absent; whatever is plain of
// a member without a slot.
func (in *flat) value(s string, i int, to slot) (int, bool) {
	if i >= len(s) {
		return 0, false
	}
	optional := to == slotNone || to == slotHistory || to == slotCompany
	switch c := s[i]; {
	case c == '"':
		text, next, ok := plain(s, i)
		in.at[to] = text
		return next, ok && (to == slotNone || !optional) && (to != slotNet || text != "")
	case !optional:
		return 0, false
	case c == 'n':
		return i + len("null"), strings.HasPrefix(s[i:], "null")
	case to == slotCompany:
		return 0, false
	case c == 'f':
		return i + len("false"), strings.HasPrefix(s[i:], "false")
	case c == 't':
		in.history = in.history || to == slotHistory
		return i + len("true"), strings.HasPrefix(s[i:], "true")
	case to == slotNone && '1' <= c && c <= '9':
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		return i, true
	default:
		return 0, false
	}
}

// space skips white space from i on.
func space(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

// plain reads a string of printable ASCII without escapes that begins at i, and tells where what follows it begins.
func plain(s string, i int) (text string, next int, ok bool) {
	if i >= len(s) || s[i] != '"' {
		return "", 0, false
	}
	start := i + 1
	for i = start; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return s[start:i], i + 1, true
		case c < ' ' || c > '~' || c == '\\':
			return "", 0, false
		}
	}
	return "", 0, false
}
