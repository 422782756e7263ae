// The pages in a browser: how a verdict is given, with and without scripts, and what axe finds on every page.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { Product } from "./product.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = process.env.SHOTS;
const desk = { width: 1280, height: 900 }, phone = { width: 390, height: 844 };
let product, browser;

before(async () => {
  product = await Product.make();
  await product.start("80ms"); // so that the pages have something to show
  await product.until("a simulated month", async () => (await product.api("/v1/decisions?limit=1")).items[0]?.at >= "2025-02-10", 60_000);
  await product.stop();
  await product.start("1h"); // and then time stands still
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  await product.insure("browser-1", "Vega Harbour Cranes");
  await product.insure("browser-2", "Linden Foods");
}, { timeout: 150_000 });

after(async () => {
  await browser?.close();
  await product?.remove();
});

// visit opens a browser's window in which somebody is logged in. What the browser complains of fails the test.
async function visit(t, as, options = {}) {
  const context = await browser.newContext({ viewport: desk, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (e) => page.complaints.push(String(e)));
  page.on("console", (m) => { if (m.type() === "error") page.complaints.push(m.text()); });
  await page.goto(product.base + "/reviews");
  assert.equal(new URL(page.url()).pathname, "/login");
  await page.getByLabel("Access token").fill(as);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "Log out" }).waitFor();
  return page;
}

async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

// serious are the findings of axe that keep somebody from using a page.
async function serious(page, rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]) {
  if (!await page.evaluate(() => "axe" in window)) await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), rules);
  return violations.filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(" | ")} (${v.nodes.length})`);
}

const sent = async () => (await product.api("/v1/reviews?state=closed&limit=500")).items.filter((r) => r.review_id.startsWith("browser-")).length;
const granted = async (buyer) => (await product.api(`/v1/buyers/${buyer}`)).limits.map((l) => l.granted).join();

// focused waits until the focus is on what a selector says: htmx moves it when what it has put in has settled.
const focused = (page, selector) => page.waitForFunction((s) => document.activeElement.matches(s), selector, { timeout: 5_000 });

test("a verdict says what follows, requests a confirmation, and can be read again", { timeout: 180_000 }, async (t) => {
  await product.rumour("browser-1", "Crane builder files for insolvency");
  const page = await visit(t, "ann"), other = await visit(t, "bob");
  const posts = [];
  await product.until("the article is named", async () => {
    await page.goto(product.base + "/reviews?buyer=browser-1");
    return /Crane builder/.test(await page.locator("main").innerText());
  });
  page.on("request", (r) => { if (r.method() === "POST") posts.push(r.url()); });
  const card = page.locator("section.review");
  const link = card.getByRole("link", { name: "Crane builder files for insolvency" });
  assert.equal(await link.getAttribute("href"), "https://courier.example/browser-1");
  assert.match(await link.getAttribute("rel"), /noopener.*noreferrer.*nofollow/);
  assert.match(await card.innerText(), /Harbour Courier/);

  await card.getByLabel("Reason").fill("the register has it");
  await card.getByLabel("Reason").press("Enter");
  await page.waitForTimeout(150);
  assert.deepEqual(posts, [], "Enter in a field sends nothing");

  await card.getByRole("button", { name: "It is true and about this buyer" }).click();
  const gist = card.getByRole("heading", { name: /cancels 1 limit, 300.000 EUR at once/ });
  await gist.waitFor();
  await focused(page, ".confirm h2"); // the reader goes on at what follows
  assert.match(await page.locator("#said").innerText(), /cancels 1 limit/);
  assert.deepEqual(await serious(page), []);
  await shot(page, "confirm");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(150);
  assert.equal(posts.length, 1, "Enter decides nothing here either");
  assert.equal(await sent(), 0);

  await card.getByRole("button", { name: "Back" }).click();
  assert.equal(await card.getByLabel("Reason").inputValue(), "the register has it");
  await card.getByRole("button", { name: "It is true and about this buyer" }).click();
  await gist.waitFor();
  await other.goto(product.base + "/reviews?buyer=browser-1");
  await other.locator("section.review").getByLabel("Reason").fill("no");
  await card.getByRole("button", { name: "It is true and about this buyer" }).click();
  await card.getByText("Approved by ann.").waitFor();
  assert.match(await page.locator("#said").innerText(), /Approved by ann/);
  await focused(page, ".verdict-said"); // the reader goes on at the verdict
  await product.until("the limit is gone", async () => await granted("browser-1") === "0.00");

  await other.locator("section.review").getByRole("button", { name: "It is not" }).click();
  await other.getByText("Not decided: the review is over. Approved by ann.").last().waitFor();
  await other.goto(product.base + "/reviews?buyer=browser-1");
  await other.getByText("Nothing waits for a verdict.").waitFor();
  await other.goto(product.base + "/reviews?state=closed&buyer=browser-1");
  await other.getByText("Approved by ann.").waitFor();

  await product.until("the reason can be read", async () => {
    await other.goto(product.base + "/reviews?state=closed&buyer=browser-1");
    return /the register has it/.test(await other.locator("main").innerText());
  });
  await shot(other, "closed");
  await other.goto(product.base + "/orders?analyst=ann&buyer=browser-1");
  assert.match(await other.locator("main").innerText(), /verdict\s+browser-1\/match-1\s+approve\s+ann\s+the register has it/);

  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByText("You are logged out.").waitFor();
  await page.goto(product.base + "/reviews");
  assert.equal(new URL(page.url()).pathname, "/login", "the session is over");
  assert.deepEqual(page.complaints, []);
});

test("a verdict needs no scripts, and none is given by Enter", { timeout: 180_000 }, async (t) => {
  await product.rumour("browser-2", "Food trader said to be bankrupt");
  const page = await visit(t, "bob", { javaScriptEnabled: false });
  await page.goto(product.base + "/reviews?buyer=browser-2");
  await page.getByLabel("Reason").fill("another company");
  await page.getByLabel("Reason").press("Enter");
  assert.equal(new URL(page.url()).search, "?buyer=browser-2");
  await page.getByRole("button", { name: "It is not" }).click();
  await page.getByRole("heading", { name: "The reports count for nothing any more" }).waitFor();
  assert.match(await page.locator("form.confirm").innerText(), /1 limit, 300.000 EUR. None is cut by it/);
  await page.getByRole("button", { name: "It is not" }).click();
  await page.getByText("Rejected by bob.").first().waitFor();
  assert.match(page.url(), /review=browser-2/);
  assert.equal(await granted("browser-2"), "300000.00");
});

test("axe finds nothing serious on any page", { timeout: 300_000 }, async (t) => {
  await product.insure("browser-3", "Orion Timber");
  await product.rumour("browser-3", "Timber yard has closed its gates");
  const { items: [mover] } = await product.api("/v1/buyers?limit=1");
  const page = await visit(t, "ann"), found = [];
  // look lets axe see a page in full, its colours in the dark again, and on a telephone all that has to do with room.
  const look = async (path) => {
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(desk);
    await page.goto(product.base + path);
    const name = path.replace(/[^\w.-]+/g, "-");
    const note = async (how, rules) => {
      for (const s of await serious(page, rules)) found.push(`${how} ${path}: ${s}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) found.push(`${how} ${path}: ${wide} pixels wider than the window`);
      await shot(page, how + name);
    };
    await note("light");
    await page.emulateMedia({ colorScheme: "dark" });
    await note("dark", ["color-contrast", "link-in-text-block"]);
    await page.setViewportSize(phone);
    await note("phone", ["scrollable-region-focusable", "target-size", "meta-viewport"]);
  };
  for (const path of ["/", "/buyers", `/buyers/${mover.id}`, "/buyers/browser-1", "/buyers/none", "/limits", "/limits?policy=browser-p", "/reviews",
    "/reviews?state=closed", "/orders", "/notifications", "/mail", "/nosuch"]) await look(path);
  await page.goto(product.base + "/mail");
  const mail = page.locator("main td a").first();
  if (await mail.count()) await look(await mail.getAttribute("href"));
  await page.getByRole("button", { name: "Log out" }).click();
  await look("/login");
  assert.deepEqual(found, []);
  assert.deepEqual(page.complaints.filter((c) => !/404/.test(c)), []);
});
