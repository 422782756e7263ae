"""Waits for an instance of Barometer and puts two policies, three buyers and a few limits, payments and refusals into it."""
import datetime, json, sys, time, urllib.error, urllib.request

base = sys.argv[1]
today = datetime.datetime.now(datetime.timezone.utc)


def call(token, method, path, body=None):
    request = urllib.request.Request(base + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                     headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def until(what, done, seconds=90):
    end = time.time() + seconds
    while time.time() < end:
        try:
            if done():
                return
        except OSError:
            pass
        time.sleep(0.3)
    sys.exit("not in time: " + what)


def day(n):
    return (today + datetime.timedelta(days=n)).strftime("%Y-%m-%d")


def send(topic, *messages):
    for i, m in enumerate(messages):
        m.setdefault("id", f"{m['type']}-{topic}-{time.time_ns()}-{i}")
        m.setdefault("at", today.strftime("%Y-%m-%dT%H:%M:%SZ"))
    status, body = call("ann", "POST", "/v1/events?topic=" + topic, list(messages))
    if status != 200 or json.loads(body)["rejected"]:
        sys.exit(f"{topic}: {status} {body}")


until("the API", lambda: call("ann", "GET", "/readyz")[0] == 200)
send("risk.portfolio",
     *({"type": "policy.upserted", "policy_id": policy, "holder": {"id": holder, "name": holder, "language": "en"}, "currency": "EUR",
        "insured_percentage": 90, "effective_on": day(-100)} for policy, holder in (("P-1", "ACME"), ("P-2", "OTHER"))),
     *({"type": "buyer.upserted", "buyer_id": f"b-{n}", "name": f"Buyer {n}", "country": "BE", "sector": "46", "founded_on": "1990-01-01",
        "group_id": "G"} for n in range(3)))
until("the policy", lambda: call("acme", "GET", "/v1/policies/P-1/limits")[0] == 200)
for n in range(3):
    for policy in ("P-1", "P-2"):
        status, body = call("ann", "POST", "/v1/limit-requests?wait=10s", {"request_id": f"r-{n}", "policy_id": policy, "buyer_id": f"b-{n}", "kind": "new",
                                                                           "amount": "9000.00", "currency": "EUR"})
        if status != 201:
            sys.exit(f"a limit: {status} {body}")
call("acme", "POST", "/v1/subscriptions", {"channel": "email", "target": "credit@acme.example"})
send("risk.payments", {"type": "invoice.issued", "buyer_id": "b-1", "policy_id": "P-1", "invoice_id": "F-1", "amount": "100.00", "currency": "EUR",
                       "delivered_on": day(-3), "due_on": day(30)})
send("risk.orders", {"type": "underwriter.decided", "scope": "buyer", "buyer_id": "b-2", "block": True, "reason": "looked at"})
until("the buyers in ClickHouse", lambda: len(json.loads(call("ann", "GET", "/v1/buyers")[1])["items"]) == 3)
