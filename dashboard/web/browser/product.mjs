// A product of its own for the tests: ports that are free, data in a new directory, ended by its process id.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const binary = resolve(import.meta.dirname, "../../../bin/barometer");
const people = ["ann", "bob", "cleo"]; // each has a token that says the name; cleo enters what the others decide on

async function freePorts(n) {
  const servers = await Promise.all(Array.from({ length: n }, () => new Promise((done, fail) => {
    const s = createServer().once("error", fail).listen(0, "127.0.0.1", () => done(s));
  })));
  const ports = servers.map((s) => s.address().port);
  await Promise.all(servers.map((s) => new Promise((done) => s.close(done))));
  return ports;
}

export class Product {
  static async make() {
    const p = new Product();
    p.dir = mkdtempSync(join(tmpdir(), "barometer-browser-"));
    const [http, kafka, clickhouse] = await freePorts(3);
    p.base = `http://127.0.0.1:${http}`;
    const tokens = people.map((name) => `    - {sha256: ${createHash("sha256").update(name).digest("hex")}, role: analyst, name: ${name}}\n`).join("");
    writeFileSync(join(p.dir, "barometer.yaml"), `data_dir: ${p.dir}/data
embedded: {kafka_listen: "127.0.0.1:${kafka}", clickhouse_listen: "127.0.0.1:${clickhouse}"}
http:
  listen: 127.0.0.1:${http}
  tokens:
${tokens}`);
    return p;
  }

  // start runs the product with a simulated economy whose days take so long, and returns when it answers.
  async start(dayTakes) {
    const log = openSync(join(this.dir, "log"), "a");
    const process = spawn(binary, ["run", "--simulate", "--buyers=60", "--holders=3", `--day-takes=${dayTakes}`, "--config", join(this.dir, "barometer.yaml")],
      { stdio: ["ignore", log, log] });
    this.process = process;
    this.ended = new Promise((done) => process.once("exit", done));
    await this.until("the product is ready", async () => {
      if (process.exitCode !== null) throw new Error(`the product ended:\n${readFileSync(join(this.dir, "log"))}`);
      return (await fetch(`${this.base}/readyz`).catch(() => ({ ok: false }))).ok;
    }, 60_000);
  }

  async stop() {
    if (!this.process || this.process.exitCode !== null) return;
    this.process.kill("SIGTERM");
    const hard = setTimeout(() => this.process.kill("SIGKILL"), 20_000);
    await this.ended;
    clearTimeout(hard);
  }

  async remove() {
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async until(what, holds, ms = 20_000) {
    const end = Date.now() + ms;
    for (;;) {
      const found = await holds();
      if (found) return found;
      if (Date.now() > end) throw new Error(`not in time: ${what}`);
      await sleep(100);
    }
  }

  async api(path, { as = "cleo", body } = {}) {
    const answer = await fetch(this.base + path, {
      method: body ? "POST" : "GET", body: body && JSON.stringify(body),
      headers: { Authorization: `Bearer ${as}`, "Content-Type": "application/json" },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  // send posts messages to a source topic, with ids of their own and dated at log time.
  async send(topic, ...messages) {
    const { items: [last] } = await this.api("/v1/decisions?limit=1");
    const body = messages.map((m, i) => ({ id: `browser-${topic}-${m.buyer_id || m.policy_id}-${m.type}-${i}`, at: last.at, ...m }));
    const answer = await this.api(`/v1/events?topic=${topic}`, { body });
    if (answer.rejected.length) throw new Error(JSON.stringify(answer.rejected));
    return last.at.slice(0, 10);
  }

  // insure gives a policyholder a limit on a new, healthy buyer.
  async insure(buyer, name) {
    const today = await this.send("risk.portfolio", { type: "policy.upserted", policy_id: "browser-p", holder: { id: "browser-h", name: "Steel & Sons", language: "en" },
      currency: "EUR", insured_percentage: 90, effective_on: "2024-01-01", notice_days: 14 },
    { type: "buyer.upserted", buyer_id: buyer, name, country: "NL", sector: "46", founded_on: "1990-01-01" });
    const accounts = { total_assets: 9e6, equity: 4e6, current_assets: 5e6, inventories: 5e5, cash: 15e5, current_liabilities: 2e6, total_liabilities: 5e6,
      trade_payables: 15e5, revenue: 2e7, ebit: 15e5, net_income: 1e6, depreciation: 3e5 };
    await this.send("risk.portfolio", { type: "statement.filed", buyer_id: buyer, period_end: `${today.slice(0, 4) - 1}-12-31`, months: 12, currency: "EUR",
      ...Object.fromEntries(Object.entries(accounts).map(([k, v]) => [k, String(v)])) });
    const request = { request_id: `r-${buyer}`, policy_id: "browser-p", buyer_id: buyer, kind: "new", amount: "300000.00", currency: "EUR" };
    const answer = await this.api("/v1/limit-requests?wait=5s", { body: request });
    if (answer.granted !== "300000.00") throw new Error(`granted: ${JSON.stringify(answer)}`);
  }

  // rumour reports an insolvency in a web page, which waits for a verdict.
  async rumour(buyer, headline) {
    await this.send("risk.news", { type: "news", buyer_id: buyer, headline, category: "insolvency.opened", source: { name: "Harbour Courier", kind: "web" },
      url: `https://courier.example/${buyer}` });
    return this.until("a review", async () => (await this.api(`/v1/reviews?buyer=${buyer}`)).items[0]);
  }
}
