package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// worked is a buyer of the model's worked numbers, on a running product: JSON in, ClickHouse and the API out.
type worked struct {
	*product
	n     int
	buyer string
	end   int // days before today that the newest accounts end
}

func (w *worked) sends(topic string, message map[string]any) {
	w.t.Helper()
	w.n++
	message["id"], message["at"] = fmt.Sprintf("%s-%d", w.buyer, w.n), time.Now().UTC().Format(time.RFC3339)
	w.post("/v1/events?topic="+topic, []any{message}, nil)
}

func ago(days int) string { return time.Now().UTC().AddDate(0, 0, -days).Format(time.DateOnly) }

// files says accounts of a sound company of grade 5, later ones than before, of whose parts some are others.
func (w *worked) files(equity int, other map[string]int) {
	w.t.Helper()
	w.end--
	message := map[string]any{"type": "statement.filed", "buyer_id": w.buyer, "period_end": ago(w.end), "months": 12,
		"currency": "EUR"}
	for name, part := range map[string]int{"total_assets": 3 * equity, "equity": equity, "current_assets": equity,
		"inventories": equity / 4, "cash": equity / 8, "current_liabilities": equity,
		"total_liabilities": 2 * equity, "trade_payables": equity, "revenue": 4 * equity, "ebit": equity / 10,
		"net_income": equity / 10, "depreciation": equity / 10} {
		if v, given := other[name]; given {
			part = v
		}
		message[name] = fmt.Sprint(part)
	}
	w.sends("risk.portfolio", message)
}

// bears files accounts of a company that bears so many euros, by a fifth of its equity.
func (w *worked) bears(euros int) { w.t.Helper(); w.files(5*euros, nil) }

func (w *worked) policy(name string) string { return w.buyer + "-" + name }

func (w *worked) insures(names ...string) {
	w.t.Helper()
	for _, name := range names {
		w.sends("risk.portfolio", map[string]any{"type": "policy.upserted", "policy_id": w.policy(name),
			"holder":   map[string]any{"id": "h-" + name, "name": name, "language": "en"},
			"currency": "EUR", "insured_percentage": "90", "effective_on": ago(300)})
	}
	w.sends("risk.portfolio", map[string]any{"type": "buyer.upserted", "buyer_id": w.buyer, "name": "Kade",
		"country": "BE", "sector": "46", "founded_on": "1990-05-01", "registrations": []any{}})
}

func (w *worked) asks(name, kind string, euros int) (answer struct{ Code, Granted, Capacity string }) {
	w.t.Helper()
	w.n++
	w.post("/v1/limit-requests?wait=10s", map[string]any{"request_id": fmt.Sprint("r", w.n), "policy_id": w.policy(name),
		"buyer_id": w.buyer, "kind": kind, "amount": fmt.Sprint(euros), "currency": "EUR"}, &answer)
	return answer
}

func (w *worked) ships(name, invoice string, euros int) {
	w.t.Helper()
	w.sends("risk.payments", map[string]any{"type": "invoice.issued", "buyer_id": w.buyer, "policy_id": w.policy(name),
		"invoice_id": invoice, "amount": fmt.Sprint(euros), "currency": "EUR",
		"delivered_on": ago(0), "due_on": ago(-30)})
}

func (w *worked) pays(name, invoice string, euros int) {
	w.t.Helper()
	w.sends("risk.payments", map[string]any{"type": "invoice.paid", "buyer_id": w.buyer, "policy_id": w.policy(name),
		"invoice_id": invoice, "amount": fmt.Sprint(euros), "currency": "EUR", "paid_on": ago(0)})
}

// cutTo waits until the newest decision on each policy cuts it to so many euros.
func (w *worked) cutTo(euros map[string]int) {
	w.t.Helper()
	w.eventually(40*time.Second, fmt.Sprint(w.buyer, " is cut to ", euros), func() error {
		var answer struct {
			Limits []struct {
				Policy  string `json:"policy_id"`
				Code    string
				Granted string
			}
		}
		res, err := http.Get("http://" + w.http + "/v1/buyers/" + w.buyer)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
			return err
		}
		cut := 0
		for _, l := range answer.Limits {
			if name := strings.TrimPrefix(l.Policy, w.buyer+"-"); l.Code == "reduced" && l.Granted == fmt.Sprintf("%d.00",
				euros[name]) {
				cut++
			}
		}
		if cut != len(euros) {
			return fmt.Errorf("%+v", answer.Limits)
		}
		return nil
	})
}

// used waits until the API says what is used of a limit.
func (w *worked) used(name string, want map[string]string) {
	w.t.Helper()
	w.eventually(40*time.Second, fmt.Sprint(w.buyer, " is used ", want), func() error {
		res, err := http.Get("http://" + w.http + "/v1/policies/" + w.policy(name) + "/limits?buyer=" + w.buyer)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		var page struct {
			Items []struct{ Use map[string]string }
		}
		if err := json.NewDecoder(res.Body).Decode(&page); err != nil || len(page.Items) != 1 {
			return fmt.Errorf("%+v %v", page, err)
		}
		for field, amount := range want {
			if got := page.Items[0].Use[field]; got != amount {
				return fmt.Errorf("%s is %s, want %s: %v", field, got, amount, page.Items[0].Use)
			}
		}
		return nil
	})
}

// TestWorkedLimits is every number that the model's section on limits works out, through the whole product.
func TestWorkedLimits(t *testing.T) {
	anyBroker(t)
	long(t)
	p := newProduct(t)
	p.start("run")
	p.ready()
	begin := func(buyer string, policies ...string) *worked {
		w := &worked{product: p, buyer: buyer, end: 100}
		w.insures(policies...)
		return w
	}

	w := begin("capacity", "p")
	w.files(8_000_000, map[string]int{"revenue": 60_000_000, "trade_payables": 4_000_000})
	if a := w.asks("p", "new", 2_000_000); a.Code != "partly_approved" || a.Granted != "1300000.00" ||
		a.Capacity != "1300000.00" {
		t.Errorf("a capacity of 1.3m: %+v", a)
	}

	for i, c := range []struct {
		limits, outstanding map[string]int
		at                  []int // capacities, one after the other
		want                []map[string]int
	}{
		{map[string]int{"a": 400_000, "b": 300_000, "c": 100_000}, map[string]int{"a": 150_000, "b": 250_000, "c": 20_000},
			[]int{500_000, 300_000},
			[]map[string]int{{"a": 177_000, "b": 277_000, "c": 46_000}, {"a": 107_000, "b": 179_000, "c": 14_000}}},
		// c keeps its 1 200
		{map[string]int{"a": 50_000, "b": 50_500, "c": 1_200}, map[string]int{"a": 10_000}, []int{90_000},
			[]map[string]int{{"a": 49_000, "b": 39_000}}},
		{map[string]int{"a": 70_500, "b": 70_500, "c": 9_000}, map[string]int{"a": 70_500, "b": 70_500, "c": 9_000},
			[]int{100_000}, []map[string]int{{"a": 47_000, "b": 47_000, "c": 6_000}}},
		{map[string]int{"a": 50_000, "b": 40_500}, nil, []int{80_500}, []map[string]int{{"a": 40_000, "b": 40_000}}},
	} {
		w := begin(fmt.Sprint("shared", i+1), "a", "b", "c")
		w.bears(800_000)
		for _, name := range []string{"a", "b", "c"} {
			if euros := c.limits[name]; euros > 0 {
				if a := w.asks(name, "new", euros); a.Code != "approved" {
					t.Fatalf("%s of %s: %+v", name, w.buyer, a)
				}
				if open := c.outstanding[name]; open > 0 {
					w.ships(name, "i", open)
					// accounts come by another topic, and could overtake it
					w.used(name, map[string]string{"used": fmt.Sprint(open, ".00")})
				}
			}
		}
		for j, capacity := range c.at {
			w.bears(capacity)
			w.cutTo(c.want[j])
		}
	}

	w = begin("cancelled", "p")
	w.bears(200_000)
	w.asks("p", "new", 100_000)
	w.ships("p", "i1", 80_000)
	w.used("p", map[string]string{"used": "80000.00", "free": "20000.00"})
	w.asks("p", "cancellation", 0)
	w.ships("p", "i2", 20_000)
	w.used("p", map[string]string{"used": "80000.00", "uncovered": "20000.00", "run_off": "80000.00", "free": "0.00"})
	w.pays("p", "i1", 30_000)
	w.used("p", map[string]string{"used": "50000.00", "uncovered": "20000.00", "run_off": "50000.00", "free": "0.00"})

	w = begin("cut", "p")
	w.bears(200_000)
	w.asks("p", "new", 100_000)
	w.ships("p", "i1", 80_000)
	w.asks("p", "reduction", 60_000)
	w.used("p", map[string]string{"used": "80000.00", "run_off": "20000.00", "free": "0.00"})
	w.pays("p", "i1", 30_000)
	w.used("p", map[string]string{"used": "50000.00", "run_off": "0.00", "free": "10000.00"})
	p.eventually(40*time.Second, "ClickHouse has the same", func() error {
		rows, err := p.query("SELECT buyer_id, arrayStringConcat(arraySort(groupArray(concat(splitByChar('-', " +
			"policy_id)[2], ' ', toString(toInt64(granted))))), ', ') FROM limits_now WHERE code = 'reduced' GROUP BY " +
			"buyer_id ORDER BY buyer_id")
		if err != nil {
			return err
		}
		const want = "cut p 60000; shared1 a 107000, b 179000, c 14000; shared2 a 49000, b 39000; shared3 a 47000, b " +
			"47000, c 6000; shared4 a 40000, b 40000"
		var got []string
		for _, row := range rows {
			got = append(got, strings.Join(row, " "))
		}
		if strings.Join(got, "; ") != want {
			return fmt.Errorf("%q", got)
		}
		return nil
	})
	t.Log(p.command("verify"))
}
