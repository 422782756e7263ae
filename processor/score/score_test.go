package score

import (
	"math/big"
	"testing"

	"barometer/ingest/event"

	"pgregory.net/rapid"
)

func TestDecayPins(t *testing.T) {
	if halves[512] != 759_250_125 {
		t.Errorf("halves[512] = %d, want 759250125", halves[512])
	}
	for _, c := range []struct {
		v    int64
		d, h int32
		want int64
	}{{350, 145, 270, 241}, {700, 30, 180, 623}, {-300, 200, 180, -138}, {1500, 730, 365, 375}, {77, -3, 10, 77},
		{77, 0, 10, 77}} {
		if got := Decay(c.v, c.d, c.h); got != c.want {
			t.Errorf("Decay(%d, %d, %d) = %d, want %d", c.v, c.d, c.h, got, c.want)
		}
	}
}

func TestDecayNeverGrowsAndHalves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64Range(-1<<33+1, 1<<33-1).Draw(t, "v")
		h := rapid.Int32Range(1, 2000).Draw(t, "h")
		d := rapid.Int32Range(0, 20_000).Draw(t, "d")
		now, next := Decay(v, d, h), Decay(v, d+1, h)
		if magnitude(next) > magnitude(now) || now < 0 != (v < 0) && now != 0 {
			t.Fatalf("Decay(%d) is %d after %d days and %d a day later", v, now, d, next)
		}
		if got := Decay(v, h, h); got != v/2 {
			t.Fatalf("after one half-life %d is %d", v, got)
		}
	})
}

func TestDecayingTakesLateNewcomersToItsDay(t *testing.T) {
	var a, b Decaying
	a.Add(1000, 100, 180)
	a.Add(1000, 280, 180)
	b.Add(1000, 280, 180)
	b.Add(1000, 100, 180)
	if want := (Decaying{1500, 280}); a != want || b != want {
		t.Errorf("in order %v, late %v, want %v", a, b, want)
	}
	if a.At(0, 180) != 1500 {
		t.Errorf("before its day the value is %d", a.At(0, 180))
	}
}

func TestPDPins(t *testing.T) {
	for l, want := range map[int64]int64{-7600: 500, -4575: 10_201, -4061: 16_940, -1624: 164_654, -13: 496_750,
		12:      503_000,
		-99_999: logistic[0], 99_999: logistic[800]} {
		if got := PD(l); got != want {
			t.Errorf("PD(%d) = %d, want %d", l, got, want)
		}
	}
	for l := int64(-10_001); l <= 10_001; l++ {
		if PD(l) > PD(l+1) {
			t.Fatalf("PD falls from %d to %d at %d", PD(l), PD(l+1), l)
		}
	}
}

func TestMoneyPins(t *testing.T) {
	if got, ok := ToEuro(123_456, 108_730_000, "USD"); !ok || got != 113_543 {
		t.Errorf("1234.56 USD at 1.0873: %d, %v", got, ok)
	}
	if got, ok := ToEuro(123_456, 16_352_000_000, "JPY"); !ok || got != 75_499 {
		t.Errorf("123456 JPY at 163.52: %d, %v", got, ok)
	}
	if got, ok := FromEuro(113_543, 108_730_000, "USD"); !ok || got != 123_455 {
		t.Errorf("back: %d, %v", got, ok)
	}
	if _, ok := ToEuro(1<<62, 1, "USD"); ok {
		t.Error("an amount beyond int64 is converted")
	}
}

func TestEvaluationDayPins(t *testing.T) {
	for id, want := range map[string]int32{"b1": 2, "buyer-1": 14, "é": 7} {
		if got := EvaluationDay(id); got != want {
			t.Errorf("EvaluationDay(%q) = %d, want %d", id, got, want)
		}
	}
}

func TestCrediblePins(t *testing.T) {
	for _, c := range []struct{ points, n, want int64 }{{-300, 7, -175}, {450, 7, 262}, {-125, 3, -46}, {400, 0, 200}} {
		if got := Credible(c.points, c.n*Whole, c.n*Whole); got != c.want {
			t.Errorf("Credible(%d, n = %d) = %d, want %d", c.points, c.n, got, c.want)
		}
	}
	if got := Credible(900, 0, 20*Whole); got != 720 {
		t.Errorf("after long silence 900 points count %d, want 720: silence cures nothing", got)
	}
}

func TestWeightPins(t *testing.T) {
	for _, c := range []struct{ age, h, want int64 }{{1, 45, 1_090_589_434}, {359, 45, 270_814_799_360},
		{-1, 45, 1_057_870_310},
		{-400, 180, 230_201_231}} {
		if got := weight(c.age, c.h); got != c.want {
			t.Errorf("weight(%d, %d) = %d, want %d", c.age, c.h, got, c.want)
		}
	}
}

func TestDBTPins(t *testing.T) {
	var d DBT
	d.Move(0)
	d.Enter(10_000_000, 0, 10)
	d.Enter(5_000_000, 180, 40)
	if got, _ := d.Slow.Tenths(); got != 250 {
		t.Errorf("100k ten days late and 50k forty days late, a half-life later: %d, want 250", got)
	}
	d = DBT{}
	d.Move(0)
	d.Enter(500_000, 100, 12)
	d.Enter(250_000, 250, -45)
	d.Enter(1_234_567, 340, 64)
	for _, day := range []event.Day{340, 360} {
		d.Move(day)
		slow, _ := d.Slow.Tenths()
		fast, _ := d.Fast.Tenths()
		if slow != 472 || fast != 590 {
			t.Errorf("day %d: DBT %d and %d, want 472 and 590", day, slow, fast)
		}
	}
}

// TestOrderDoesNotMatterBetweenMoves, and what is removed leaves nothing behind.
func TestOrderDoesNotMatterBetweenMoves(t *testing.T) {
	type payment struct {
		cents int64
		day   event.Day
		late  int32
	}
	rapid.Check(t, func(t *rapid.T) {
		payments := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) payment {
			return payment{rapid.Int64Range(1, 1<<50).Draw(t, "cents"),
				event.Day(rapid.Int32Range(19_000, 20_159).Draw(t, "day")), rapid.Int32Range(-60, 200).Draw(t, "late")}
		}), 1, 20).Draw(t, "payments")
		var forwards, backwards DBT
		forwards.Move(20_000)
		backwards.Move(20_000)
		for i := range payments {
			p, q := payments[i], payments[len(payments)-1-i]
			forwards.Enter(p.cents, p.day, p.late)
			backwards.Enter(q.cents, q.day, q.late)
		}
		if forwards != backwards {
			t.Fatalf("%+v, the other way round %+v", forwards, backwards)
		}
		tenths, ok := forwards.Slow.Tenths()
		if !ok || tenths < -300 || tenths > 1200 {
			t.Fatalf("DBT of %d tenths", tenths)
		}
		entered := forwards.Landmark
		for _, p := range payments {
			forwards.Remove(p.cents, p.day, p.late, entered)
		}
		if forwards.Slow != (Sums{}) || forwards.Fast != (Sums{}) {
			t.Fatalf("after removing all: %+v", forwards)
		}
	})
}

func wide(x Int128) *big.Int {
	b := new(big.Int).Lsh(big.NewInt(x.Hi), 64)
	return b.Add(b, new(big.Int).SetUint64(x.Lo))
}

func TestInt128AgreesWithBigIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b"), rapid.Int64Range(-1<<30, 1<<30).Draw(t, "c")
		n := rapid.UintRange(1, 127).Draw(t, "n")
		x, y := Mul(a, b), Mul(b, c)
		check := func(what string, got Int128, want *big.Int) {
			if wide(got).Cmp(want) != 0 {
				t.Fatalf("%s of %v, %v: %v, want %v", what, wide(x), wide(y), wide(got), want)
			}
		}
		check("product", x, new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
		check("sum", y.Add(Mul(c, c)), new(big.Int).Add(wide(y), wide(Mul(c, c))))
		check("difference", y.Sub(Mul(c, c)), new(big.Int).Sub(wide(y), wide(Mul(c, c))))
		check("multiple", y.MulInt(c), new(big.Int).Mul(wide(y), big.NewInt(c)))
		check("shift", x.Right(n), new(big.Int).Quo(wide(x), new(big.Int).Lsh(big.NewInt(1), n)))
		if x.Less(y) != (wide(x).Cmp(wide(y)) < 0) {
			t.Fatalf("order of %v and %v", wide(x), wide(y))
		}
		if got, ok := MulDiv(a, b, c); c != 0 {
			want := new(big.Int).Quo(wide(x), big.NewInt(c))
			if fits := want.IsInt64() && want.Cmp(big.NewInt(-1<<63)) != 0; ok != fits || ok && got != want.Int64() {
				t.Fatalf("%d · %d / %d = %d (%v), want %v", a, b, c, got, ok, want)
			}
		} else if ok {
			t.Fatal("division by zero")
		}
	})
}

func BenchmarkEnter(b *testing.B) {
	var d DBT
	d.Move(20_000)
	b.ReportAllocs()
	for b.Loop() {
		d.Enter(123_456, 20_100, 12)
	}
}

// TestTenths holds the quick division to math/big.
func TestTenths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		den := Int128{rapid.Int64Range(0, 1<<40).Draw(t, "hi") >> rapid.IntRange(0, 40).Draw(t, "shift"),
			rapid.Uint64Range(1, 1<<64-1).Draw(t, "lo")}
		q := rapid.Int64Range(0, 1<<20-1).Draw(t, "q")
		num := den.MulInt(q).Add(Int128{0, rapid.Uint64Range(0, 1<<63-1).Draw(t, "rest")})
		if rapid.Bool().Draw(t, "negative") {
			num = num.Neg()
		}
		whole := func(x Int128) *big.Int {
			return new(big.Int).Add(new(big.Int).Lsh(big.NewInt(x.Hi), 64), new(big.Int).SetUint64(x.Lo))
		}
		want := new(big.Int).Quo(new(big.Int).Mul(whole(num), big.NewInt(10)), whole(den))
		if most := big.NewInt(1<<20 - 1); want.CmpAbs(most) > 0 {
			want = most.Mul(most, big.NewInt(int64(want.Sign())))
		}
		if got, ok := (&Sums{Late: num, All: den}).Tenths(); !ok || got != want.Int64() {
			t.Fatalf("10 × %v / %v = %d, want %s", num, den, got, want)
		}
	})
}
