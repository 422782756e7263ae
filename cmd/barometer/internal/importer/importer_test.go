package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"

	"barometer/configs"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// topics remembers what is sent, by topic and partition.
type topics struct {
	sent   map[string][]map[string]any
	places map[string]map[int]bool // by policy
	fails  error
}

func (t *topics) Partitions(context.Context, string) (int, error) { return 4, nil }

func (t *topics) Append(_ context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack,
	error) {
	for _, r := range records {
		var m map[string]any
		if err := json.Unmarshal(r.Value, &m); err != nil {
			return kafkalog.Ack{}, err
		}
		t.sent[topic] = append(t.sent[topic], m)
		if p, ok := m["policy_id"].(string); ok {
			if t.places[p] == nil {
				t.places[p] = map[int]bool{}
			}
			t.places[p][partition] = true
		}
	}
	return kafkalog.Ack{}, t.fails
}

type outcome struct {
	*Summary
	topics
	rejected string
}

func imported(t *testing.T, job Job, file string) outcome {
	t.Helper()
	o := outcome{topics: topics{sent: map[string][]map[string]any{}, places: map[string]map[int]bool{}}}
	var rejected bytes.Buffer
	job.In, job.To, job.Now = strings.NewReader(file), &o.topics, "2026-11-25T00:00:00Z"
	job.Rejects = func() (io.Writer, error) { return &rejected, nil }
	var err error
	if o.Summary, err = Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	o.rejected = rejected.String()
	return o
}

func builtin(t *testing.T, name string, set map[string]string) *Map {
	t.Helper()
	content, ok := configs.ImportMap(name)
	if !ok {
		t.Fatalf("no map %s", name)
	}
	m, err := ParseMap(content, set)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const invoices = "customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate\n"

func receivables(t *testing.T) *Map {
	return builtin(t, "accounts-receivable", map[string]string{"policy_id": "P-1", "currency": "EUR"})
}

func TestARowOfReceivablesBecomesItsMessages(t *testing.T) {
	o := imported(t, Job{Map: receivables(t)},
		"\xEF\xBB\xBF"+invoices+"C-1,77,1/15/2026,2/14/2026,1250.50,Yes,3/1/2026\r\n\"C-2\",78,1/15/2026,2/14/2026,9,No,\r\n")
	want := []map[string]any{
		{"type": "invoice.issued", "id": "ar/77/issued", "at": "2026-01-15T00:00:00Z", "policy_id": "P-1", "buyer_id": "C-1",
			"invoice_id": "77",
			"amount":     "1250.50", "currency": "EUR", "delivered_on": "2026-01-15", "due_on": "2026-02-14"},
		{"type": "invoice.disputed", "id": "ar/77/disputed", "at": "2026-01-15T00:00:00Z", "policy_id": "P-1",
			"buyer_id": "C-1", "invoice_id": "77", "disputed": true},
		{"type": "invoice.paid", "id": "ar/77/paid", "at": "2026-03-01T00:00:00Z", "policy_id": "P-1", "buyer_id": "C-1",
			"invoice_id": "77",
			"amount":     "1250.50", "currency": "EUR", "paid_on": "2026-03-01"},
		{"type": "invoice.issued", "id": "ar/78/issued", "at": "2026-01-15T00:00:00Z", "policy_id": "P-1", "buyer_id": "C-2",
			"invoice_id": "78",
			"amount":     "9", "currency": "EUR", "delivered_on": "2026-01-15", "due_on": "2026-02-14"},
	}
	if got := o.sent["risk.payments"]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if o.Rows != 2 || o.Rejects != 0 {
		t.Errorf("%d rows, %d rejected", o.Rows, o.Rejects)
	}
}

func TestAHistoryIsMarkedAndClosedBehindItsPaymentsInTheirPartition(t *testing.T) {
	o := imported(t, Job{Map: receivables(t), History: true},
		invoices+"C-1,1,1/15/2026,2/14/2026,5,No,\nC-2,2,1/15/2026,2/14/2026,6,No,\n")
	sent := o.sent["risk.payments"]
	if len(sent) != 3 || sent[0]["history"] != true || sent[1]["history"] != true {
		t.Fatalf("got %v", sent)
	}
	last := sent[2]
	if last["type"] != "history.closed" || last["policy_id"] != "P-1" || last["history"] != nil {
		t.Errorf("the last is %v", last)
	}
	if len(o.places["P-1"]) != 1 {
		t.Errorf("the policy's messages are in %d partitions: their order is lost", len(o.places["P-1"]))
	}
}

func TestWhatIsWrongIsRejectedWholeWithItsReason(t *testing.T) {
	good := "C-9,9,1/15/2026,2/14/2026,5,No,\n"
	for name, c := range map[string]struct{ row, reason, detail string }{
		"amount in words":        {"C-1,1,1/15/2026,2/14/2026,ten,No,1/20/2026\n", "bad_amount", "amount"},
		"no such day":            {"C-1,1,2/30/2026,2/14/2026,5,No,\n", "bad_value", `"2/30/2026" is no date`},
		"bad second message":     {"C-1,1,1/15/2026,2/14/2026,5,No,soon\n", "bad_value", `"soon" is no date`},
		"too few columns":        {"C-1,1,1/15/2026\n", "bad_row", "3 columns, not the 7"},
		"quotation mark":         {"C-\"1,1,1/15/2026,2/14/2026,5,No,\n", "bad_row", "bare"},
		"no customer":            {",1,1/15/2026,2/14/2026,5,No,\n", "bad_value", "{customerID} is empty"},
		"bytes that are no text": {"C-\xff,1,1/15/2026,2/14/2026,5,No,\n", "bad_row", "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			o := imported(t, Job{Map: receivables(t)}, invoices+c.row+good)
			if o.Rejects != 1 || o.Rejected[0].Reason != c.reason || !strings.Contains(o.Rejected[0].Detail, c.detail) ||
				o.Rejected[0].Line != 2 {
				t.Errorf("got %+v", o.Rejected)
			}
			if sent := o.sent["risk.payments"]; len(sent) != 1 || sent[0]["buyer_id"] != "C-9" {
				t.Errorf("sent %v", sent)
			}
			head, row, _ := strings.Cut(o.rejected, "\n")
			if head != strings.TrimSpace(invoices)+",rejected_because" ||
				!strings.HasPrefix(row, strings.TrimSpace(c.row)+",") || strings.Count(row, "\n") != 1 {
				t.Errorf("the file of rejected rows is %q", o.rejected)
			}
		})
	}
}

func TestFiguresOfTheWorldBank(t *testing.T) {
	const head = "country_id,year,inflation,unemployment_rate,gdp_growth\n"
	// Aruba and Austria as the World Bank has them, rounded
	o := imported(t, Job{Map: builtin(t, "world-bank", nil)}, head+
		"aw,2010,2.07814070860787,,-2.73345679250639\nat,2010,1.5,4.8,1.8\nat,2011,3.5,4.6,2.9\n"+
		"at,2012,2.5,,0.7\nat,2013,2.0,5.3,0\njg,2013,1,1,1\n")
	got := map[string]string{}
	for _, m := range o.sent["risk.indicators"] {
		if m["period"] == "2010" && m["at"] != "2011-07-01T00:00:00Z" {
			t.Errorf("published at %v", m["at"])
		}
		got[m["country"].(string)+" "+m["period"].(string)+" "+m["indicator"].(string)] = m["value"].(string)
	}
	want := map[string]string{"AW 2010 gdp_growth": "-2.73345679", "AW 2010 inflation_gap": "0.07814071",
		"AT 2010 gdp_growth": "1.8", "AT 2010 inflation_gap": "-0.5",
		"AT 2011 gdp_growth": "2.9", "AT 2011 inflation_gap": "1.5", "AT 2011 unemployment_change": "-0.2",
		"AT 2012 gdp_growth": "0.7", "AT 2012 inflation_gap": "0.5", // no unemployment: no change in this year and the next
		"AT 2013 gdp_growth": "0", "AT 2013 inflation_gap": "0"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if o.Skipped != 1 {
		t.Errorf("%d rows skipped", o.Skipped)
	}
}

func TestCustomersOnce(t *testing.T) {
	m := builtin(t, "accounts-receivable-customers", map[string]string{"country": "nl", "sector": "46"})
	o := imported(t, Job{Map: m},
		invoices+"C-1,1,1/15/2026,2/14/2026,5,No,\nC-2,2,1/15/2026,2/14/2026,6,No,\nC-1,3,1/16/2026,2/14/2026,5,No,\n")
	if sent := o.sent["risk.portfolio"]; len(sent) != 2 || sent[0]["country"] != "NL" || o.Skipped != 1 {
		t.Errorf("sent %v", sent)
	}
}

func TestLinesThatAreMessages(t *testing.T) {
	file := `{"type":"invoice.cancelled","id":"1","at":"2026-01-15T00:00:00Z","policy_id":"P","buyer_id":"B","invoice_id":"I"}` + "\n\n" +
		`{"type":"invoice.cancelled"}` + "\n" + "nonsense\n"
	o := imported(t, Job{Topic: event.TopicPayments}, file)
	if len(o.sent["risk.payments"]) != 1 || o.Rejects != 2 {
		t.Errorf("sent %v, rejected %v", o.sent, o.Rejected)
	}
	if want := `{"type":"invoice.cancelled"}` + "\nnonsense\n"; o.rejected != want {
		t.Errorf("the file of rejected lines is %q", o.rejected)
	}
}

func TestJSONLinesByAMap(t *testing.T) {
	m, err := ParseMap([]byte("format: jsonl\nmessages:\n  - topic: risk.news\n    fields: {type: news, id: '{n}', at: "+
		"'{when}', headline: '{text}', buyer_id: '{who.id}', source.name: Wire, source.kind: web}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	o := imported(t, Job{Map: m}, `{"n":7,"when":"2026-01-15T00:00:00Z","text":"Profit warning","who":{"id":"B"}}`+"\n")
	want := map[string]any{"type": "news", "id": "7", "at": "2026-01-15T00:00:00Z", "headline": "Profit warning",
		"buyer_id": "B",
		"source":   map[string]any{"name": "Wire", "kind": "web"}}
	if sent := o.sent["risk.news"]; len(sent) != 1 || !reflect.DeepEqual(sent[0], want) {
		t.Errorf("sent %v, rejected %v", sent, o.Rejected)
	}
}

func TestAQuotationMarkLeftOpenEndsTheImportBeforeItFillsTheMemory(t *testing.T) {
	job := Job{Map: receivables(t), In: io.MultiReader(strings.NewReader(invoices+"\"C-1,"),
		strings.NewReader(strings.Repeat("x\n", 2<<20)))}
	if _, err := Run(t.Context(), job); err == nil || !strings.Contains(err.Error(), "quotation mark") {
		t.Errorf("got %v", err)
	}
}

func TestMapsThatAreWrong(t *testing.T) {
	for content, want := range map[string]string{
		"format: csv\nmesages: []\n": "line 2: field mesages is no " +
			"key here",
		"format: xml\n": "neither csv nor jsonl",
		"format: csv\nmessages: [{topic: risk.log}]\n":   "no source topic",
		"format: csv\nmessages: [{topic: risk.clock}]\n": "no source topic",
		"format: csv\nmessages:\n- topic: risk.news\n  fields:\n    id: {valeu: x}\n": "line 5: field valeu is no " +
			"key here",
		"format: csv\nmessages: [{topic: risk.news, fields: {at: {value: x, as: date}}}]":   "as:",
		"format: csv\nvariables: {country: ''}\nmessages: [{topic: risk.news, fields: {}}]": "country must be given",
	} {
		if _, err := ParseMap([]byte(content), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", content, err, want)
		}
	}
	if _, err := Run(t.Context(), Job{Map: receivables(t), In: strings.NewReader("a,b\n1,2\n")}); err == nil ||
		!strings.Contains(err.Error(), "lacks the columns") {
		t.Errorf("got %v", err)
	}
}
