// Drives Firefox over WebDriver BiDi: node firefox.js PUPPETEER SETTINGS.json; each line of the input is
// [what to do, ...with what], each of the output {value} or {error}.
const fs = require("fs");
const readline = require("readline");

const MARK = "the end";
const [library, settings] = process.argv.slice(2);
const puppeteer = require(library);
const { profile, preferences, root, patience } = JSON.parse(fs.readFileSync(settings, "utf8"));

(async () => {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    userDataDir: profile,
    extraPrefsFirefox: preferences,
    timeout: patience,
    protocolTimeout: patience,
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  const faults = [];
  let marked = () => {};
  page.on("console", (message) => (message.text() === MARK ? marked() : faults.push(message.text())));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(root)) faults.push(`foreign: ${request.url()}`);
  });

  const deeds = {
    open: (path) => page.goto(`${root}/${path}`).then(() => null),
    press: (key) => page.keyboard.press(key),
    type: (words) => page.keyboard.type(words),
    width: (width) => page.setViewport({ width, height: 800 }),
    value: (expression) => page.evaluate(expression),
    until: async (expression) => {
      for (let tries = 0; tries < patience / 50; tries += 1) {
        const value = await page.evaluate(expression).catch(() => null); // A page may be on its way.
        if (value) return value;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`never true: ${expression}`);
    },
    faults: async () => {
      // What was said before this has been heard when this is.
      const heard = new Promise((resolve) => (marked = resolve));
      await page.evaluate(`console.debug(${JSON.stringify(MARK)})`);
      await heard;
      return faults.splice(0);
    },
  };
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [deed, ...given] = JSON.parse(line);
    const answer = await deeds[deed](...given).then((value) => ({ value: value ?? null }), (error) => ({ error: String(error) }));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  await browser.close();
})();
