// Opens a page in a browser without a window and keeps it open until killed: VS Code's server starts its extension host when
// somebody looks.
const [, , modules, browser, url] = process.argv;
const { chromium } = require(`${modules}/playwright-core`);

(async () => {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"];
  const page = await (await chromium.launch({ executablePath: browser, args })).newPage();
  await page.goto(url);
  await new Promise(() => {});
})();
